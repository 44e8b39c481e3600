"""E-mails about what waits for somebody: when they leave and what makes them leave."""

from __future__ import annotations

from datetime import time, timedelta

import time_machine
from django.core import mail

from coordination.actions.say import Words, open_conversation
from coordination.actions.set_digest import set_digest
from coordination.digest import item_kinds
from coordination.models import Message
from core import clock
from tests.cast import MONDAY

DIGEST = "coordination.digest"


def at(hour: int, minute: int = 0, days: int = 0):
    """So many days after Sunday the 22nd."""
    day = MONDAY + timedelta(days=days - 1)
    return time_machine.travel(clock.at(day, time(hour, minute)), tick=False)


def talk(team, **words) -> Message:
    return open_conversation(
        team.patient, "Équilibre", Words("Deux chutes ce mois-ci", **words), actor=team.doctor.user
    )


def everything(user, pace: str, hour: int = 8) -> None:
    set_digest(user, hour, {kind.name: pace for kind in item_kinds()})


def told() -> list[tuple[str, str]]:
    return [(one.to[0], one.subject) for one in mail.outbox]
