"""A session is confirmed by the partner, held by somebody else, or cancelled; who was expected is never forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.watch import Watched, watch
from appointments.models import Cascade, Opening
from appointments.models.disruption import Cause
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from partnerships import notifications_partner
from partnerships import notifications_session_cascade as notifications
from partnerships.actions.plan_sessions import TimeTaken, add_session, count_half_days_alone
from partnerships.actions.session_cascade import open_cascade
from partnerships.models import ConsultationSession, SessionPattern, SessionState
from practitioners.models import Practitioner


class SessionOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette séance est passée ou déjà annulée."))


def standing_session(session: ConsultationSession) -> ConsultationSession:
    """Locked, coming, not cancelled. Raises `SessionOver`."""
    rows = ConsultationSession.objects.select_for_update(no_key=True, of=("self",)).standing().coming()
    found = (
        rows.select_related("programme__partner", "programme__category", "practitioner")
        .filter(pk=session.pk)
        .first()
    )
    if found is None:
        raise SessionOver
    return found


@transaction.atomic
def confirm_session(
    session: ConsultationSession, *, by: str, actor: User | None = None
) -> ConsultationSession:
    """`by`: who said so, in words. Confirming twice confirms once. Raises `SessionOver`."""
    session = standing_session(session)
    if session.state == SessionState.CONFIRMED:
        return session
    session.state, session.confirmed_at, session.confirmed_by = SessionState.CONFIRMED, clock.now(), by[:150]
    session.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    record(actor, "session.confirmed", session, by=by)
    return session


@transaction.atomic
def cancel_session(
    session: ConsultationSession, reason: str, *, by: str, actor: User | None = None
) -> Watched:
    """Its opening closes; who is booked in it gets a plan that the coordinator approves. Raises `SessionOver`.

    Nobody of the house has done it where `actor` is missing: then the coordinators are told.
    """
    watched = _close(session, reason, by=by, actor=actor)
    cascade = open_cascade([session], actor=actor)
    notifications_partner.sessions_called_off([session], actor=actor)
    if actor is None:
        notifications.session_cancelled(session, cascade.expected.count() if cascade else 0)
    return watched


@transaction.atomic
def cancel_sessions(
    sessions: Iterable[ConsultationSession], reason: str, *, by: str, actor: User
) -> tuple[list[ConsultationSession], Cascade | None]:
    """The partner does not come for a while: these sessions close, and one plan looks after everybody.

    Those that are over or cancelled already are left as they are.
    """
    closed = []
    for session in sorted(sessions, key=lambda one: one.pk):
        with suppress(SessionOver):
            _close(session, reason, by=by, actor=actor)
            closed.append(session)
    if not closed:
        return [], None
    notifications_partner.sessions_called_off(closed, actor=actor)
    return closed, open_cascade(closed, actor=actor)


def _close(session: ConsultationSession, reason: str, *, by: str, actor: User | None) -> Watched:
    session = standing_session(session)
    with watch([session.practitioner_id], Cause.OPENING_CANCELLED) as watched:
        Opening.objects.filter(consultation_session=session).update(cancelled_at=clock.now())
        session.state, session.cancelled_at = SessionState.CANCELLED, clock.now()
        session.cancelled_by, session.cancel_reason = by[:150], reason
        session.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])
    record(actor, "session.cancelled", session, by=by, stranded=watched.stranded)
    return watched


@transaction.atomic
def replace_session(
    session: ConsultationSession, practitioner: Practitioner, *, actor: User
) -> tuple[ConsultationSession, Watched]:
    """A colleague of the partner holds it instead, same hours and room. Raises `SessionOver` and what `add_session`
    raises.

    Who is booked is proposed the same hour with the colleague: it is for him to say whether that suits.
    """
    count_half_days_alone(session.programme)
    session = standing_session(session)
    if practitioner.pk == session.practitioner_id:
        raise TimeTaken
    watched = _close(session, str(_("remplacée")), by=str(actor), actor=actor)
    replacement = ConsultationSession(
        programme=session.programme,
        practitioner=practitioner,
        start_at=session.start_at,
        end_at=session.end_at,
        room=session.room,
        seats=session.seats,
        replaces=session,
    )
    held = add_session(replacement, actor=actor)
    open_cascade([session], actor=actor)
    return held, watched


@transaction.atomic
def end_pattern(pattern: SessionPattern, last_day: date, *, actor: User) -> list[ConsultationSession]:
    """No session after that day. Those in which somebody is expected stay, and are answered."""
    pattern.valid_until = max(last_day, pattern.valid_from)
    pattern.save(update_fields=["valid_until"])
    after = clock.day_bounds(last_day)[1]
    later = pattern.sessions.standing().filter(start_at__gte=max(after, clock.now())).order_by("start_at")
    expected = [session for session in later if _expects_somebody(session)]
    empty = later.exclude(pk__in=[one.pk for one in expected]).select_related("programme", "practitioner")
    cancel_sessions(empty, str(_("fin du rythme")), by=str(actor), actor=actor)
    record(actor, "session_pattern.ended", pattern, last_day=last_day.isoformat(), kept=len(expected))
    return expected


def _expects_somebody(session: ConsultationSession) -> bool:
    return session.opening is not None and session.opening.appointments.coming().exists()
