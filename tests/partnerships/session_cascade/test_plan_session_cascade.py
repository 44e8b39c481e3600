"""A session falls away: who was expected is ranked, and proposed the next place that is right for him."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.models import Cascade, CascadeLine, SlotOffer, Status
from appointments.models.cascade import Step
from core import clock
from core.outbox.models import OutboxMessage
from partnerships.actions.change_session import cancel_sessions, replace_session
from partnerships.actions.session_cascade import plan_again
from partnerships.models import AgreementSuspension
from partnerships.session_cascade import progress_of
from partnerships.session_cascade_words import explained
from tests.factories.partnerships_session_cascade import expected, programme, remote_hours, session
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.session_cascade.conftest import THURSDAY, WEEK, lines, plan_of

pytestmark = pytest.mark.django_db


def test_the_most_urgent_chooses_first_then_who_has_waited_longest(lost, psychiatry, doctor, coordinator):
    untriaged = expected(lost, 0, waiting_days=90)
    recent = expected(lost, 1, priority=2, waiting_days=5)
    urgent = expected(lost, 2, priority=1, waiting_days=1)
    patient = expected(lost, 3, priority=2, waiting_days=40)
    # Three seats for four: the hours are there, the seats are not.
    session(psychiatry, doctor, THURSDAY + 2 * WEEK, actor=coordinator, seats=3)
    cascade = plan_of(lost, coordinator)
    progress = progress_of(cascade, clock.now())
    assert [one.visit for one in progress.patients] == [urgent, patient, recent, untriaged]
    start = THURSDAY + 2 * WEEK
    assert lines(cascade) == {
        urgent.pk: (Step.SAME, start),
        patient.pk: (Step.SAME, start + timedelta(minutes=20)),
        recent.pk: (Step.SAME, start + timedelta(minutes=40)),
        untriaged.pk: (Step.WAIT, None),
    }
    assert [(one.turn, one.why) for one in explained(progress, clock.now())] == [
        ("Priorité 1, attend depuis 1 jour.", "La première place libre des séances de la même consultation."),
        (
            "Priorité 2, attend depuis 40 jours.",
            "La première place libre des séances de la même consultation.",
        ),
        (
            "Priorité 2, attend depuis 5 jours.",
            "La première place libre des séances de la même consultation.",
        ),
        (
            "Pas de demande triée : choisit après les autres, attend depuis 90 jours.",
            "Aucune place libre qu’il peut prendre : garde son ancienneté (lundi 24 août).",
        ),
    ]
    assert (OutboxMessage.objects.count(), SlotOffer.objects.count()) == (0, 0)


def test_another_partner_of_the_speciality_then_a_teleconsultation(lost, psychiatry, coordinator):
    first, second, third = (expected(lost, number, priority=number + 1) for number in range(3))
    other = programme(category=psychiatry.category, name="Psychiatrie, Armentières")
    elsewhere = session(
        other, PractitionerFactory(kind="visiting"), THURSDAY + WEEK, actor=coordinator, seats=1
    )
    remote_hours(psychiatry, THURSDAY - timedelta(days=2), slots=1)
    cascade = plan_of(lost, coordinator)
    assert lines(cascade) == {
        first.pk: (Step.OTHER, elsewhere.start_at),
        second.pk: (Step.OTHER, THURSDAY - timedelta(days=2)),
        third.pk: (Step.WAIT, None),
    }
    whys = [one.why for one in explained(progress_of(cascade, clock.now()), clock.now())]
    assert whys[0] == f"Plus de place dans cette consultation : même spécialité, {other.partner.name}."
    assert whys[1] == "Plus de place dans la maison : une téléconsultation de la même spécialité."


def test_no_seat_on_a_day_on_which_the_agreement_is_suspended(lost, psychiatry, doctor, coordinator):
    """It takes no visit away either: who is booked is still expected."""
    visit = expected(lost, 0, priority=1)
    kept = session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    stays = expected(kept, 0, priority=2, email="reste@example.org")
    AgreementSuspension.objects.create(
        agreement=psychiatry.partner.agreements.get(), since=(THURSDAY + timedelta(days=1)).date(), reason="x"
    )
    assert not Cascade.objects.exists()
    cascade = plan_of(lost, coordinator)
    assert lines(cascade) == {visit.pk: (Step.WAIT, None)}
    stays.refresh_from_db()
    assert stays.status == Status.BOOKED


def test_a_colleague_holds_it_the_same_hour_is_proposed(lost, psychiatry, coordinator):
    second, first = expected(lost, 1, priority=2), expected(lost, 4, priority=1)
    colleague = PractitionerFactory(kind="visiting", last_name="Marquis")
    replace_session(lost, colleague, actor=coordinator)
    cascade = lost.cancellation.cascade
    assert lines(cascade) == {
        first.pk: (Step.SAME, first.start_at),
        second.pk: (Step.SAME, second.start_at),
    }
    assert set(cascade.lines.values_list("reason__practitioner", flat=True)) == {colleague.pk}


def test_several_sessions_one_plan(psychiatry, doctor, coordinator):
    """Two weeks without the partner: one order for everybody, and no seat in what falls away too."""
    sessions = [
        session(psychiatry, doctor, THURSDAY + number * WEEK, actor=coordinator, seats=4)
        for number in range(4)
    ]
    late = expected(sessions[0], 0, priority=3)
    urgent = expected(sessions[1], 0, priority=1, email="u@example.org")
    cancel_sessions(sessions[:3], "Congés", by="EPSM", actor=coordinator)
    cascade = Cascade.objects.get()
    assert list(cascade.cancelled_sessions.order_by("session")) == [one.cancellation for one in sessions[:3]]
    start = THURSDAY + 3 * WEEK
    assert [one.visit for one in progress_of(cascade, clock.now()).patients] == [urgent, late]
    assert lines(cascade) == {
        urgent.pk: (Step.SAME, start),
        late.pk: (Step.SAME, start + timedelta(minutes=20)),
    }


def test_planning_again_keeps_what_was_chosen_by_hand(lost, psychiatry, doctor, coordinator):
    first, second = (expected(lost, number, priority=number + 1) for number in range(2))
    cascade = plan_of(lost, coordinator)
    CascadeLine.objects.filter(appointment=second).update(step=Step.CALL, by_hand=True)
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    plan_again(cascade, actor=coordinator)
    assert lines(cascade) == {first.pk: (Step.SAME, THURSDAY + WEEK), second.pk: (Step.CALL, None)}


def test_the_coordinators_are_told_when_the_partner_declines(lost, coordinator):
    expected(lost, 0, priority=1)
    plan_of(lost)
    told = OutboxMessage.objects.get()
    assert (told.kind, told.address, told.payload["patients"]) == ("session.cancelled", coordinator.email, 1)


def test_a_plan_costs_the_same_for_two_as_for_thirty(lost, psychiatry, doctor, coordinator):
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=40, hours=10)
    counts = []
    for number in (2, 30):
        row = session(
            psychiatry, doctor, THURSDAY + number * timedelta(days=1), actor=coordinator, seats=40, hours=10.5
        )
        for place in range(number):
            expected(row, place, email=f"x{number}.{place}@example.org")
        cascade = plan_of(row, coordinator)
        with CaptureQueriesContext(connection) as queries:
            plan_again(cascade, actor=coordinator)
            explained(progress_of(cascade, clock.now()), clock.now())
        counts.append(len(queries))
        assert progress_of(cascade, clock.now()).planned == number
    assert counts[0] == counts[1]
