from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.actions.change_session import SessionOver
from appointments.actions.plan_sessions import lock_agendas, occupy, release_room
from appointments.actions.watch import watch
from appointments.models import Enrolment, EnrolmentState, SessionState, WorkshopSession
from appointments.models.disruption import Cause
from appointments.notifications import workshops as notifications
from core import clock
from core.audit.record import record
from core.db import lock


def cancel_session(session: WorkshopSession, *, actor: User, reason: str = "") -> WorkshopSession:
    """One date will not take place: animators and room are free again, those who expected it are told. Twice is once.

    Where no date of the cycle is left, the enrolments end with it.
    """
    now = clock.now()
    with transaction.atomic():
        animators = list(session.cycle.workshop.animators.order_by("pk"))
        lock_agendas(animators, session.room, [(session.start_at, session.end_at)])
        with watch([one.pk for one in animators], Cause.WORKSHOP):
            lock("workshop", session.cycle_id)
            session = WorkshopSession.objects.with_workshop().get(pk=session.pk)
            if session.is_cancelled:
                return session
            if session.state != SessionState.PLANNED or session.start_at <= now:
                raise SessionOver
            session.state, session.cancelled_at = SessionState.CANCELLED, now
            session.sequence += 1
            session.save(update_fields=["state", "cancelled_at", "sequence"])
            occupy(session, [])
            release_room(session, actor=actor)
        told = list(Enrolment.objects.active().with_details().filter(cycle=session.cycle_id).order_by("pk"))
        if not WorkshopSession.objects.standing().filter(cycle=session.cycle_id).exists():
            _end(told, actor, reason)
        record(actor, "workshop.session_cancelled", session, reason=reason[:300], told=len(told))
        notifications.session_cancelled(session, told)
    return session


def _end(enrolments: list[Enrolment], actor: User, reason: str) -> None:
    for enrolment in enrolments:
        enrolment.state, enrolment.queue = EnrolmentState.CANCELLED, None
        enrolment.cancelled_at, enrolment.cancelled_by = clock.now(), actor
        enrolment.cancel_note = reason[:300]
        enrolment.sequence += 1
        enrolment.save(
            update_fields=["state", "queue", "cancelled_at", "cancelled_by", "cancel_note", "sequence"]
        )
