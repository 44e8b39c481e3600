"""A session of two seats, whoever is invited to it, and where a request stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.outbox.models import OutboxMessage
from partnerships.models import ConsultationRequest
from tests.cast import on_monday
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of
from tests.factories.practitioners import PractitionerFactory


@pytest.fixture
def psychiatrist(db, sunday):
    return PractitionerFactory(kind="visiting", last_name="Fournier")


@pytest.fixture
def programme(coordinator):
    return programme_of(coordinator)


@pytest.fixture
def session(programme, psychiatrist, coordinator):
    """Monday of next week, at 9: two seats."""
    start = on_monday(9) + timedelta(days=7)
    return session_of(programme, psychiatrist, start, seats=2, actor=coordinator)


@pytest.fixture
def reason(programme, psychiatrist, session):
    return reason_of(programme, psychiatrist)


def stands(request: ConsultationRequest) -> tuple[str, int | None]:
    request.refresh_from_db()
    return request.state, request.appointment_id


def told(request: ConsultationRequest) -> list[str]:
    keys = [request.pk, *request.invitations.values_list("pk", flat=True)]
    rows = OutboxMessage.objects.filter(kind__startswith="request.invit", subject_id__in=keys)
    rows |= OutboxMessage.objects.filter(kind__startswith="request.", subject_id=request.pk)
    return sorted(rows.values_list("kind", flat=True).distinct())
