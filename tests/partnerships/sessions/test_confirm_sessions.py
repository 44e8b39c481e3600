"""The partner is asked, chased and answers; a colleague holds the session in his stead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.actions.change_session import confirm_session, replace_session
from partnerships.actions.plan_sessions import add_pattern, unfold_sessions
from partnerships.models import ConsultationSession, NoticeStep, SessionNotice, SessionState
from tests.factories.partnerships import PartnerContactFactory, SessionPatternFactory
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.sessions.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_a_colleague_of_the_partner_holds_it_instead(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    colleague = PractitionerFactory(kind="visiting", last_name="Marquis")
    held, _watched = replace_session(session, colleague, actor=coordinator)
    assert (held.practitioner, held.start_at, held.room, held.seats, held.replaces) == (
        colleague,
        session.start_at,
        session.room,
        session.seats,
        session,
    )
    assert set(held.opening.reasons.values_list("practitioner", flat=True)) == {colleague.pk}


def test_the_partner_is_asked_reminded_and_then_the_coordinator_told_once_each(pattern, coordinator):
    """Twice a day for three weeks; nobody answers."""
    contact = PartnerContactFactory(partner=pattern.programme.partner, confirms_sessions=True)
    PartnerContactFactory(partner=pattern.programme.partner, name="Comptabilité")
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    ConsultationSession.objects.exclude(pk=session.pk).update(
        state=SessionState.CONFIRMED, confirmed_at=clock.now()
    )
    start = session.start_at - timedelta(days=21)
    for hours in range(0, 21 * 24 + 30, 12):
        ask_confirmations(start + timedelta(hours=hours))
    assert list(SessionNotice.objects.order_by("pk").values_list("session", "step")) == [
        (session.pk, NoticeStep.ASKED),
        (session.pk, NoticeStep.REMINDED),
        (session.pk, NoticeStep.ESCALATED),
    ]
    told = OutboxMessage.objects.order_by("pk").values_list("kind", "address")
    assert list(told) == [
        ("session.to_confirm", contact.email),
        ("session.to_confirm", contact.email),
        ("session.unconfirmed", coordinator.email),
    ]


@pytest.fixture
def unanswered(programme):
    """One session, planned once for all examples."""
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    return unfold_sessions(
        [SessionPatternFactory(programme=programme, valid_from=TODAY, valid_until=TODAY + timedelta(days=13))]
    )[0]


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.integers(1, 200), min_size=1, max_size=8),
    confirmed_after=st.none() | st.integers(0, 500),
)
def test_however_the_clock_runs_no_step_is_taken_twice_or_backwards(unanswered, gaps, confirmed_after):
    """Beat stops for days, runs twice at once, and the partner confirms some time or never."""
    session = unanswered
    with transaction.atomic():
        at, passed = session.start_at - timedelta(hours=500), 0
        for gap in gaps:
            at, passed = at + timedelta(hours=gap), passed + gap
            if confirmed_after is not None and passed > confirmed_after:
                ConsultationSession.objects.update(state=SessionState.CONFIRMED, confirmed_at=at)
            ask_confirmations(at)
            ask_confirmations(at)
        order = [NoticeStep.ASKED, NoticeStep.REMINDED, NoticeStep.ESCALATED]
        steps = list(SessionNotice.objects.order_by("pk").values_list("step", flat=True))
        assert steps == sorted(set(steps), key=order.index)
        transaction.set_rollback(True)


def test_confirming_is_written_down_once(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    confirm_session(session, by="Nadine Obin")
    confirm_session(session, by="Quelqu’un d’autre")
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (SessionState.CONFIRMED, "Nadine Obin")
    assert AuditEvent.objects.filter(action="session.confirmed").count() == 1
