"""The first page of « Coordination »: one card a track, each saying what waits for the reader.

A track adds its card in `coordination/home_<noun>.py`, imported by `CoordinationConfig.ready`:

    add_card(Card("meetings", _("Réunions d’équipe"), "people", "meetings", waits=..., order=10))

`waits` answers a sentence about what waits for this account, or "" where nothing does; one or two queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User


def _everybody(user: User) -> bool:
    return True


@dataclass(frozen=True)
class Card:
    name: str
    label: str | Promise
    sign: str
    url_name: str
    text: str | Promise
    waits: Callable[[User], str]
    opens_to: Callable[[User], bool] = _everybody
    order: int = 50


@dataclass(frozen=True)
class ShownCard:
    card: Card
    waits: str


_cards: dict[str, Card] = {}


def add_card(card: Card) -> None:
    _cards[card.name] = card


def cards_of(user: User) -> list[ShownCard]:
    """What waits comes first, each half in its own order."""
    shown = [ShownCard(card, card.waits(user)) for card in _cards.values() if card.opens_to(user)]
    return sorted(shown, key=lambda one: (not one.waits, one.card.order))
