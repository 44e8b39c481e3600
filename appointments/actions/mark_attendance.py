from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Attendance, Enrolment, Mark, SessionState, WorkshopSession
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class NotYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La présence se note le jour de la séance, ou après."))


class NotOnTheSheet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne n’est pas inscrite à cette séance."))


def mark_attendance(
    session: WorkshopSession, enrolment: Enrolment, mark: Mark | None, *, actor: User
) -> Attendance | None:
    """One tap; None takes the mark back. From the day of the session on, an excuse also before."""
    if session.is_cancelled or enrolment.cycle_id != session.cycle_id or not enrolment.has_seat:
        raise NotOnTheSheet
    if mark not in (None, Mark.EXCUSED) and clock.local(session.start_at).date() > clock.today():
        raise NotYet
    with transaction.atomic():
        if mark is None:
            Attendance.objects.filter(session=session, enrolment=enrolment).delete()
            line = None
        else:
            values = {"mark": mark, "marked_at": clock.now(), "marked_by": actor}
            line, _created = Attendance.objects.update_or_create(
                session=session, enrolment=enrolment, defaults=values
            )
        if mark in (Mark.PRESENT, Mark.ABSENT):
            WorkshopSession.objects.filter(pk=session.pk, state=SessionState.PLANNED).update(
                state=SessionState.HELD
            )
        record(
            actor,
            "workshop.attendance",
            session,
            patient_id=enrolment.patient_id,
            mark=str(mark or ""),
        )
    return line
