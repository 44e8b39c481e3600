"""The partner is asked whether a session will be held, reminded once, and then the coordinator is told. Each once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from core import clock
from core.db import insert_or_none
from partnerships import notifications
from partnerships.models import ConsultationSession, NoticeStep, SessionNotice, SessionState

# So long before the session nobody waits for a mail any more: somebody of the house telephones.
ESCALATED_BEFORE = timedelta(days=3)


def due_step(session: ConsultationSession, now: datetime) -> NoticeStep | None:
    """What should have been sent by now, the latest step only: after an outage no step is made up for."""
    left = session.start_at - now
    asked = timedelta(days=session.programme.confirm_days)
    if session.state != SessionState.PLANNED or left <= timedelta(0) or left > asked:
        return None
    if left <= ESCALATED_BEFORE:
        return NoticeStep.ESCALATED
    return NoticeStep.REMINDED if left <= asked / 2 else NoticeStep.ASKED


def ask_confirmations(now: datetime | None = None) -> int:
    """How many steps were taken."""
    now = now or clock.now()
    sessions = ConsultationSession.objects.filter(state=SessionState.PLANNED, start_at__gt=now)
    sessions = sessions.filter(start_at__lte=now + timedelta(days=60))
    found = sessions.select_related("programme__partner", "practitioner__centre").order_by("start_at", "pk")
    steps = [(session, step) for session in found if (step := due_step(session, now))]
    return sum(_take(session, step) for session, step in steps)


@transaction.atomic
def _take(session: ConsultationSession, step: NoticeStep) -> bool:
    if insert_or_none(SessionNotice(session=session, step=step)) is None:
        return False
    if step == NoticeStep.ESCALATED:
        notifications.session_unconfirmed(session)
    else:
        notifications.session_to_confirm(session, step)
    return True
