"""What ends with a life. A track that keeps something open for a patient (a referral, a pathway) hooks its end in here.

    add_ending(Ending("referrals", end_referrals_of, count, words))

Called inside the transaction that records the death, after the visits; it tells nobody. `count` and `words` say
beforehand what will end, and after a mistake what was not taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from patients.models import Patient


@dataclass(frozen=True)
class Ending:
    """`end` answers the keys of what it ended."""

    name: str
    end: Callable[[Patient, User, str], list[Any]]
    count: Callable[[Patient], int]
    words: Callable[[int], str]


_endings: dict[str, Ending] = {}


def add_ending(ending: Ending) -> None:
    _endings[ending.name] = ending


def end_all(patient: Patient, actor: User, note: str) -> dict[str, list[Any]]:
    return {name: ending.end(patient, actor, note) for name, ending in _endings.items()}


def what_would_end(patient: Patient) -> list[str]:
    """Sentences; one query for each kind."""
    counted = [(ending, ending.count(patient)) for ending in _endings.values()]
    return [ending.words(number) for ending, number in counted if number]


def what_had_ended(ended: Mapping[str, Sequence[Any]]) -> list[str]:
    return [ending.words(len(ended[name])) for name, ending in _endings.items() if ended.get(name)]
