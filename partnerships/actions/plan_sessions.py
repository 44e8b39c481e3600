"""Sessions are planned: a pattern over twelve months, kept in line every night, or a single date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.watch import watch
from appointments.models import Audience, Opening, VisitReason
from appointments.models.disruption import Cause
from appointments.models.reason import Bookability
from core import clock
from core.audit.record import record
from core.db import insert_or_none, lock
from core.refusal import Refusal
from partnerships.half_days import HalfDays
from partnerships.models import AdvancedConsultation, ConsultationSession, ProgrammeReason, SessionPattern
from partnerships.session_dates import session_dates
from practitioners.models import Practitioner


class NoAgreement(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucune convention n’est en vigueur ce jour-là avec ce partenaire."))


class NoHalfDayLeft(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Les demi-journées que prévoit la convention sont déjà prises ce mois-là."))


class TimeTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une autre séance occupe déjà cette salle, ou ce professionnel, à cette heure."))


@transaction.atomic
def add_pattern(pattern: SessionPattern, *, actor: User) -> list[ConsultationSession]:
    """The sessions of the coming twelve months, at once."""
    pattern.save(force_insert=True)
    record(actor, "session_pattern.added", pattern, pattern=str(pattern))
    return unfold_sessions([pattern])


def unfold_sessions(patterns: Iterable[SessionPattern] | None = None) -> list[ConsultationSession]:
    """What is missing up to the horizon. Doing it twice changes nothing; a cancelled day stays cancelled."""
    if patterns is None:
        current = SessionPattern.objects.filter(programme__is_active=True)
        patterns = current.select_related("programme__place__centre", "programme__category", "practitioner")
    return [session for pattern in patterns for session in _unfold(pattern, clock.today())]


@transaction.atomic
def _unfold(pattern: SessionPattern, today: date) -> list[ConsultationSession]:
    lock("session_pattern", pattern.pk)
    count_half_days_alone(pattern.programme)
    known = set(pattern.sessions.values_list("pattern_day", flat=True))
    dates = [one for one in session_dates(pattern, today) if not one.skipped and one.day not in known]
    if not dates:
        return []
    made = []
    with watch([pattern.practitioner_id], Cause.OPENING_CANCELLED):
        reasons = visit_reasons(pattern.programme, pattern.practitioner)
        for one in dates:
            session = ConsultationSession(
                programme=pattern.programme,
                practitioner=pattern.practitioner,
                pattern=pattern,
                pattern_day=one.day,
                start_at=one.start_at,
                end_at=one.end_at,
                room=pattern.room,
                seats=pattern.seats,
            )
            if _open(session, reasons):
                made.append(session)
    record(None, "sessions.planned", pattern, number=len(made))
    return made


@transaction.atomic
def add_session(session: ConsultationSession, *, actor: User) -> ConsultationSession:
    """A single date. Raises `NoAgreement`, `NoHalfDayLeft`, `TimeTaken`."""
    count_half_days_alone(session.programme)
    if not session.programme.allowing()(session.local_day):
        raise NoAgreement
    half_days = HalfDays(session.programme, session.local_day, session.local_day)
    if not half_days.take(session.start_at, session.end_at):
        raise NoHalfDayLeft
    with watch([session.practitioner_id], Cause.OPENING_CANCELLED):
        session.created_by = actor
        if not _open(session, visit_reasons(session.programme, session.practitioner)):
            raise TimeTaken
    record(actor, "session.added", session, start=session.start_at.isoformat())
    return session


def count_half_days_alone(programme: AdvancedConsultation) -> None:
    """A contract counts those of all its sessions. Before the agenda's lock, which every planning takes after it."""
    lock("half_days", programme.partner_id)


def _open(session: ConsultationSession, reasons: list[VisitReason]) -> bool:
    """The opening that the schedule shows, and the session on it: both, or neither where the time is taken."""
    opening = Opening.objects.create(
        practitioner=session.practitioner,
        place_id=session.programme.place_id,
        room=session.room,
        start_at=session.start_at,
        end_at=session.end_at,
        audience=Audience.REFERRER,
    )
    session.opening = opening
    if insert_or_none(session) is None:
        opening.delete()
        return False
    opening.reasons.set(reasons)
    return True


def visit_reasons(programme: AdvancedConsultation, practitioner: Practitioner) -> list[VisitReason]:
    """The reasons of this professional for this programme, made where he has none yet.

    Whatever else he receives for, in a session it takes a seat too.
    """
    practitioner.reasons.filter(is_seated=False).update(is_seated=True)
    return [_reason(programme, practitioner, one) for one in programme.reasons.all()]


def _reason(
    programme: AdvancedConsultation, practitioner: Practitioner, kind: ProgrammeReason
) -> VisitReason:
    known = kind.visit_reasons.filter(practitioner=practitioner).first()
    if known is not None:
        return known
    reason, _made = VisitReason.objects.get_or_create(
        practitioner=practitioner,
        name=f"{programme.name}, {kind.get_kind_display()}"[:100],
        defaults={
            "category": programme.category,
            "duration_minutes": kind.duration_minutes,
            "grid_minutes": kind.duration_minutes,
            "bookable_by": Bookability.REFERRER,
            "equipment_kind": programme.equipment_kind,
            "horizon_days": 365,
            "is_seated": True,
            "is_sensitive": True,
        },
    )
    kind.visit_reasons.add(reason)
    return reason
