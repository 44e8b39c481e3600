"""From the referral to the appointments and back: booked from the link, begun, given back, over, reported."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine

from appointments.actions.book_series import Prescription, start_series
from appointments.actions.cancel_series import cancel_series
from appointments.models import Appointment, Opening, Status
from appointments.patient_times import PatientTimes
from appointments.series import Pattern
from coordination.actions.answer_referral import Plan
from coordination.actions.sweep_referrals import sweep_referrals
from coordination.models import Expected, Referral, ReferralState
from core import clock
from core.outbox.models import OutboxMessage
from tests.cast import MONDAY, SUNDAY_NOON
from tests.factories.appointments import OpeningFactory
from tests.factories.referrals import accepted_referral

S = ReferralState
DAY = timedelta(days=1)


@pytest.fixture
def referral(patient, doctor, physio) -> Referral:
    """Accepted, three sessions, three Mondays open."""
    start = Opening.objects.get(practitioner=physio.practitioner).start_at
    for week in (1, 2):
        at = start + 7 * week * DAY
        OpeningFactory(practitioner=physio.practitioner, start_at=at, end_at=at + timedelta(hours=2))
    return accepted_referral(
        patient, doctor.practitioner, physio.practitioner, sessions=3, plan=Plan(physio.reason, 3, 1)
    )


def book(referral: Referral, owner, physio):
    days = (MONDAY, MONDAY + 14 * DAY)
    times = PatientTimes([physio.reason], referral.patient, days, clock.now())
    slots = [times.free_on(MONDAY + 7 * week * DAY)[0] for week in range(3)]
    return start_series(
        referral.patient,
        [physio.reason],
        Pattern(MONDAY, (0,)),
        Prescription(3),
        slots,
        actor=owner.user,
        key=uuid.uuid4(),
        invitation=referral.invitation,
    )


def state_on(day, referral: Referral) -> str:
    with time_machine.travel(day, tick=False):
        sweep_referrals()
    referral.refresh_from_db()
    return referral.state


def chased(referral: Referral) -> list[str]:
    rows = OutboxMessage.objects.filter(subject_type="coordination.referral", subject_id=referral.pk)
    verbs = rows.filter(payload__verb__in=["reminder", "warning"]).order_by("pk")
    return [row.payload["verb"] for row in verbs]


def test_booked_begun_over_and_the_report_is_asked_for(referral, owner, physio, coordinator):
    series = book(referral, owner, physio)
    referral.refresh_from_db()
    assert (referral.state, referral.series) == (S.SCHEDULED, series)
    assert state_on(SUNDAY_NOON + 2 * DAY, referral) == S.UNDER_WAY
    assert state_on(SUNDAY_NOON + 14 * DAY, referral) == S.UNDER_WAY
    assert chased(referral) == []
    # The last session was on Monday 7 December; seven working days later the report is late.
    assert state_on(SUNDAY_NOON + 27 * DAY, referral) == S.UNDER_WAY
    assert chased(referral) == ["reminder"]


def test_all_given_back_is_to_be_booked_again(referral, owner, physio):
    series = book(referral, owner, physio)
    cancel_series(series, actor=physio.user)
    assert state_on(SUNDAY_NOON + DAY, referral) == S.ACCEPTED
    told = OutboxMessage.objects.filter(payload__verb="unscheduled")
    assert [row.address for row in told] == ["lesage@example.org"]


def test_a_last_session_that_moves_moves_the_clock(referral, owner, physio):
    book(referral, owner, physio)
    last = Appointment.objects.filter(status=Status.BOOKED).order_by("-start_at").first()
    later = timedelta(days=7)
    Appointment.objects.filter(pk=last.pk).update(
        start_at=last.start_at + later,
        end_at=last.end_at + later,
        blocked_until=last.blocked_until + later,
    )
    before = referral.timers.running().order_by("step").first()
    sweep_referrals()
    after = referral.timers.running().order_by("step").first()
    assert after.due_at - before.due_at == later


def test_where_nothing_is_expected_the_last_session_ends_it(patient, doctor, physio, owner, referral):
    Referral.objects.filter(pk=referral.pk).update(expected=Expected.NOTHING)
    referral.refresh_from_db()
    book(referral, owner, physio)
    assert state_on(SUNDAY_NOON + 14 * DAY, referral) == S.UNDER_WAY
    assert state_on(SUNDAY_NOON + 16 * DAY, referral) == S.CLOSED


def test_sweep_asks_the_same_number_of_queries_for_what_does_not_move(
    referral, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        sweep_referrals()
