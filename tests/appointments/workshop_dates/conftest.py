"""A workshop, its dates, and the times that are left of its animator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.actions.plan_sessions import plan_sessions
from appointments.availability import free_slots
from appointments.models.workshop import EnrolmentUnit
from core import clock
from tests.cast import on_monday
from tests.factories.appointments import WorkshopFactory

MORNING = (on_monday(9), on_monday(10))
EVENING = (on_monday(18), on_monday(20))


@pytest.fixture
def workshop(doctor):
    return WorkshopFactory(
        title="Vivre avec le diabète", seats=8, unit=EnrolmentUnit.CYCLE, animators=[doctor.practitioner]
    )


def fix(workshop, times, actor, room=None):
    return plan_sessions(workshop, times, actor=actor, place=workshop.place, room=room, seats=8)


def starts(doctor):
    now = clock.now()
    return [slot.start_at for slot in free_slots([doctor.reason], now, now + timedelta(days=3), now=now)]
