"""The minutes of a session: a draft that changes, versions that do not, and the hours that were really worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from partnerships.attendance import expected, presences
from partnerships.models import ConsultationSession, SessionMinutes, SessionState


class NotHeldYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Le compte rendu s’écrit une fois la séance commencée."))


class NotHeld(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette séance est annulée : elle n’a pas de compte rendu."))


class WhyMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Dites en quelques mots pourquoi vous corrigez."))


@dataclass(frozen=True)
class Words:
    worked_from: datetime
    worked_until: datetime
    points: str = ""
    incidents: str = ""
    why: str = ""


@transaction.atomic
def write_minutes(
    session: ConsultationSession, words: Words, *, actor: User, close: bool = False
) -> SessionMinutes:
    """The draft of the next version; `close` makes it final, with who came counted at this moment.

    Raises `NotHeldYet`, `NotHeld`, `WhyMissing`.
    """
    lock("session_minutes", session.pk)
    session = ConsultationSession.objects.get(pk=session.pk)
    if session.state == SessionState.CANCELLED:
        raise NotHeld
    if session.start_at > clock.now():
        raise NotHeldYet
    minutes = _draft(session)
    if minutes.version > 1 and not words.why:
        raise WhyMissing
    minutes.worked_from, minutes.worked_until = words.worked_from, words.worked_until
    minutes.points, minutes.incidents, minutes.why = words.points, words.incidents, words.why
    minutes.written_by, minutes.written_at = actor, clock.now()
    if close:
        _close(minutes, actor)
    minutes.save()
    record(
        actor,
        "session.minutes_closed" if close else "session.minutes_written",
        session,
        version=minutes.version,
        worked=minutes.worked_minutes,
    )
    return minutes


def _draft(session: ConsultationSession) -> SessionMinutes:
    last = session.minutes.order_by("-version").first()
    if last is not None and not last.is_closed:
        return last
    return SessionMinutes(session=session, version=last.version + 1 if last else 1)


def _close(minutes: SessionMinutes, actor: User) -> None:
    counts = presences(expected([minutes.session], clock.now())[minutes.session.pk])
    minutes.closed_by, minutes.closed_at = actor, clock.now()
    minutes.seen, minutes.absent = counts["seen"], counts["absent"]
    minutes.excused, minutes.unmarked = counts["excused"], counts["unmarked"]
