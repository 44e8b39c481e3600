"""A session, its pattern or its agreement ends, and nobody who is expected is forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from appointments.models import Disruption
from partnerships.actions.change_session import SessionOver, cancel_session, confirm_session, end_pattern
from partnerships.actions.plan_sessions import NoAgreement, add_pattern, add_session, unfold_sessions
from partnerships.models import ConsultationSession, SessionState
from tests.factories.appointments import AppointmentFactory
from tests.partnerships.sessions.conftest import BY_HAND, TODAY

pytestmark = pytest.mark.django_db


def test_an_agreement_that_ended_takes_nobody_s_visit(pattern, programme, coordinator):
    """It blocks new sessions; who is expected in one is still expected."""
    add_pattern(pattern, actor=coordinator)
    first = ConsultationSession.objects.order_by("start_at")[0]
    visit = AppointmentFactory(
        reason=first.opening.reasons.first(), start_at=first.start_at, opening=first.opening
    )
    programme.partner.agreements.update(ends_on=TODAY - timedelta(days=1))
    assert unfold_sessions() == []
    single = ConsultationSession(
        programme=programme,
        practitioner=pattern.practitioner,
        start_at=first.start_at + timedelta(days=1),
        end_at=first.end_at + timedelta(days=1),
        seats=3,
    )
    with pytest.raises(NoAgreement):
        add_session(single, actor=coordinator)
    visit.refresh_from_db()
    assert (visit.status, Disruption.objects.count(), ConsultationSession.objects.count()) == (
        "booked",
        0,
        len(BY_HAND),
    )


def test_a_cancelled_session_puts_its_patients_on_the_worklist(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    visit = AppointmentFactory(
        reason=session.opening.reasons.first(), start_at=session.start_at, opening=session.opening
    )
    watched = cancel_session(session, "Médecin appelé ailleurs", by="Nadine Obin")
    assert watched.stranded == [visit.pk]
    assert Disruption.objects.open().get().appointment == visit
    session.refresh_from_db()
    assert (session.state, session.cancelled_by, session.opening.cancelled_at) == (
        SessionState.CANCELLED,
        "Nadine Obin",
        session.cancelled_at,
    )
    with pytest.raises(SessionOver):
        confirm_session(session, by="Nadine Obin")


def test_a_pattern_ends_but_not_for_who_is_expected(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.get(pattern_day=date(2027, 1, 28))
    AppointmentFactory(
        reason=session.opening.reasons.first(), start_at=session.start_at, opening=session.opening
    )
    assert end_pattern(pattern, date(2026, 12, 31), actor=coordinator) == [session]
    standing = ConsultationSession.objects.standing().values_list("pattern_day", flat=True)
    assert [day.isoformat() for day in standing] == ["2026-12-03", "2026-12-17", "2026-12-31", "2027-01-28"]
    assert unfold_sessions() == []
