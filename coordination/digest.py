"""The kinds of item that somebody may be told of by e-mail: counts and a link, no name, no medical word.

Each is added in a module that `CoordinationConfig.ready` imports (`digest_items.py`):

    add_item_kind(ItemKind("notes", _("Notes à lire"), unread_notes, words_of_notes, "note_inbox"))

`waiting` answers, for these people (keys of accounts), what each has not seen yet **and may read today**: pairs of
account and item, in a few queries for each person. What it no longer answers has been read meanwhile and is told to
nobody. `words` says how many there are (« 2 notes à lire »). The key of an item never comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User
from coordination.models import DigestChoice, DigestSetting
from coordination.models.digest import Pace
from coordination.task_access import works_here

type Pairs = Iterable[tuple[int, int]]


@dataclass(frozen=True)
class ItemKind:
    name: str
    label: str | Promise
    waiting: Callable[[Collection[int]], Pairs]
    words: Callable[[int], str]
    url_name: str
    # For whom it exists at all, and how fast it is told to somebody who has chosen nothing.
    opens_to: Callable[[User], bool] = works_here
    usual: Pace = Pace.DAILY
    # Why nothing more may be needed: shown beside the choice.
    help: str | Promise = ""


_kinds: dict[str, ItemKind] = {}


def add_item_kind(kind: ItemKind) -> None:
    """Called once by the track that knows of them; the order is that of the settings and of the message."""
    _kinds[kind.name] = kind


def item_kinds() -> list[ItemKind]:
    return list(_kinds.values())


def waiting_for(people: Collection[int], kinds: Iterable[ItemKind]) -> dict[int, dict[str, set[int]]]:
    """By person and kind: what is unread now."""
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for kind in kinds:
        for user, item in kind.waiting(people):
            found[user][kind.name].add(item)
    return found


def waiting_of(user: User, wanted: Mapping[str, Collection[int]]) -> dict[str, list[int]]:
    """What of these items is still unread and still wanted by e-mail; kinds without any are left out."""
    if DigestSetting.objects.filter(user=user).exclude(stopped_at=None).exists():
        return {}
    paces = paces_of([user.pk]).get(user.pk, {})
    kinds = [kind for kind in item_kinds() if kind.name in wanted and pace_of(kind, paces) != Pace.NEVER]
    found = waiting_for([user.pk], kinds).get(user.pk, {})
    kept = {kind.name: sorted(found.get(kind.name, set()) & set(wanted[kind.name])) for kind in kinds}
    return {name: items for name, items in kept.items() if items}


def paces_of(people: Collection[int]) -> dict[int, dict[str, str]]:
    """By person and kind: what was chosen."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for user, kind, pace in DigestChoice.objects.filter(user__in=people).values_list("user", "kind", "pace"):
        found[user][kind] = pace
    return found


def pace_of(kind: ItemKind, chosen: Mapping[str, str]) -> str:
    return chosen.get(kind.name, kind.usual)


def kinds_for(user: User) -> list[ItemKind]:
    return [kind for kind in item_kinds() if kind.opens_to(user)]
