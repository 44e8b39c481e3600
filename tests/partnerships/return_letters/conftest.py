"""A visit to the psychiatrist is over; his letter is awaited."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Role
from appointments.actions.change_state import Step, change_state
from core.outbox.models import OutboxMessage
from partnerships.actions.book_request import book_by_telephone
from partnerships.models import RequestState
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of, waiting_request
from tests.factories.practitioners import PractitionerFactory

WORDS = {
    "dated_on": "30/11/2026",
    "conclusion": "Épisode anxieux.",
    "advice": "Revoir dans un mois.",
    "next_step": "referrer",
}

VISIT = on_monday(9) + timedelta(days=7)


@pytest.fixture(autouse=True)
def _uploads(uploads):
    """Every test of this folder writes into a folder of its own."""


@pytest.fixture
def psychiatrist(db, sunday):
    user = with_role(Role.PARTNER, email="psychiatre@example.org")
    return PractitionerFactory(kind="visiting", last_name="Fournier", user=user)


@pytest.fixture
def seen(owner, doctor, psychiatrist, coordinator):
    """The owner, whom her doctor sent, was seen on Monday of next week; the letter is due fifteen days later."""
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    programme = programme_of(coordinator, return_letter_days=15)
    session_of(programme, psychiatrist, VISIT, seats=2, actor=coordinator)
    request = waiting_request(programme, patient=owner.patient, requester=doctor.practitioner)
    visit = book_by_telephone(request, reason_of(programme, psychiatrist), VISIT, actor=coordinator)
    with time_machine.travel(VISIT + timedelta(minutes=40), tick=False):
        for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
            change_state(visit, step, actor=coordinator)
    request.refresh_from_db()
    assert request.state == RequestState.SEEN
    return request


@pytest.fixture
def afternoon(seen):
    """The day of the visit, in the afternoon."""
    with time_machine.travel(VISIT + timedelta(hours=6), tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(afternoon):
    """Signed in on that day: nobody stays signed in for a week."""
    return sign_in(with_role(Role.SECRETARY, email="accueil@example.org"))


def told(*kinds: str) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind__in=kinds).order_by("pk")
    return list(rows.values_list("kind", "address"))
