"""Who moves a visit at the desk, where it stands, and what waits to be sent."""

from __future__ import annotations

import pytest

from accounts.models import Role
from appointments.placing import Wish
from core.outbox.models import OutboxMessage, State
from tests.cast import on_monday
from tests.factories.accounts import with_role

NBSP = "\u00a0"


@pytest.fixture
def secretary(db, sunday):
    return with_role(Role.SECRETARY, email="accueil@example.org")


def to(doctor, hour, minute=0, **more):
    return Wish(on_monday(hour, minute), doctor.practitioner, **more)


def where(visit):
    visit.refresh_from_db()
    return visit.practitioner_id, visit.start_at, visit.end_at, visit.sequence


def waiting():
    return list(OutboxMessage.objects.filter(state=State.DUE).order_by("kind").values_list("kind", "due_at"))
