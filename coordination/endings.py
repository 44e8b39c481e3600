"""What ends with a life. A track that keeps something open for a patient (a referral, a pathway) hooks its end in here.

    add_ending("referrals", end_referrals_of)      # (patient, actor, note) -> keys of what was ended

Called inside the transaction that records the death, after the visits; it tells nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import User
from patients.models import Patient

type Ending = Callable[[Patient, User, str], list[Any]]

_endings: dict[str, Ending] = {}


def add_ending(name: str, ending: Ending) -> None:
    _endings[name] = ending


def end_all(patient: Patient, actor: User, note: str) -> dict[str, list[Any]]:
    return {name: ending(patient, actor, note) for name, ending in _endings.items()}
