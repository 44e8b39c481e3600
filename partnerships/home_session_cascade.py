"""« Séances annulées » on the first page of « Coordination »: how many patients wait for the coordinator."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from coordination.home import Card, add_card
from partnerships.access import may_manage
from partnerships.session_cascade_list import to_do_count


def _waits(user: User) -> str:
    number = to_do_count()
    if not number:
        return ""
    return ngettext("%(number)s patient à replacer", "%(number)s patients à replacer", number) % {
        "number": number
    }


add_card(
    Card(
        "session_cascades",
        _("Séances annulées"),
        "calendar-x",
        "session_cascades",
        _("Les patients d’un partenaire qui ne vient pas, et ce qui leur est proposé."),
        _waits,
        opens_to=may_manage,
        order=20,
    )
)
