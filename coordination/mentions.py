"""« @Delattre » in a text: whom it names among those who may read, and whom it must not name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.access import CARE_ROLES, DESK_ROLES
from accounts.models import RoleAssignment, User
from core.refusal import Refusal

CALLED = re.compile(r"(?<![\w.])@([^\W\d_][\w’'-]{0,80})")


class NotAMember(Refusal):
    """Somebody who may not read is named: nothing is sent at all."""

    def __init__(self, who: User) -> None:
        sentence = _(
            "%(who)s ne peut pas lire cet échange : son nom n’a pas été mentionné et rien n’a été envoyé."
        )
        super().__init__(sentence % {"who": who})


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in bare if sign.isalnum())


def handles(people: Sequence[User]) -> dict[int, str]:
    """How each is called after « @ »: the last name, with the first name before it where two share it."""
    shared = Counter(_plain(one.last_name) for one in people)
    return {
        one.pk: _word(one.last_name if shared[_plain(one.last_name)] == 1 else one.first_name + one.last_name)
        for one in people
    }


def _word(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^\w]+", name))


def called_in(text: str, members: Sequence[User]) -> set[int]:
    """Keys of the members whom the text calls. Raises for a colleague who is none."""
    words = {_plain(found) for found in CALLED.findall(text)} - {""}
    if not words:
        return set()
    known = {_plain(handle): pk for pk, handle in handles(members).items()}
    strange = words - set(known)
    if strange:
        _refuse_colleagues(strange, members)
    return {known[word] for word in words if word in known}


def _refuse_colleagues(words: set[str], members: Sequence[User]) -> None:
    hats = RoleAssignment.objects.in_force().filter(role__in=CARE_ROLES | DESK_ROLES)
    known = {one.pk for one in members}
    for one in User.objects.filter(pk__in=hats.values("user")).order_by("pk"):
        names = {_plain(one.last_name), _plain(one.first_name + one.last_name)}
        if one.pk not in known and words & names:
            raise NotAMember(one)
