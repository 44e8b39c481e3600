"""Who is expected at a session and who came: the attendance sheet, and its table for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appointments.models import Attendance, Enrolment, Mark, SessionState, Workshop, WorkshopSession
from core import clock
from patients.models import Patient, Proxy

# A cell that begins like this is a formula for a spreadsheet, whoever typed it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    enrolment: Enrolment
    mark: str

    @property
    def mark_label(self) -> str:
        return str(Mark(self.mark).label) if self.mark else ""


@dataclass(frozen=True)
class Roster:
    """The enrolled in order of their names, the waiting in the order of the list."""

    lines: Sequence[Line]
    waiting: Sequence[Enrolment]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """« présent 7 », « absent 2 » …; only what there is."""
        marks = Counter(line.mark for line in self.lines)
        return [(str(mark.label), marks[mark]) for mark in Mark if marks[mark]]


def roster(session: WorkshopSession) -> Roster:
    """Two queries, however many people."""
    rows = list(
        Enrolment.objects.active()
        .select_related("patient")
        .filter(cycle=session.cycle_id)
        .order_by("queue", "pk")
    )
    marks = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "mark"))
    seated = sorted((row for row in rows if row.has_seat), key=_by_name)
    return Roster(
        [Line(row, marks.get(row.pk, "")) for row in seated], [row for row in rows if row.is_waiting]
    )


def _by_name(row: Enrolment) -> tuple[str, str, int]:
    return row.patient.last_name.casefold(), row.patient.first_name.casefold(), row.pk


def who_is_told(session: WorkshopSession) -> tuple[int, list[Patient]]:
    """How many people a message about this date reaches, and who has to be called; two queries."""
    rows = Enrolment.objects.active().select_related("patient").filter(cycle=session.cycle_id).order_by("pk")
    patients = [row.patient for row in rows]
    acted_for = set(
        Proxy.objects.in_force()
        .filter(patient__in=patients, user__is_active=True)
        .values_list("patient_id", flat=True)
    )
    silent = [one for one in patients if one.pk not in acted_for and not (one.email or one.phone)]
    return len(patients) - len(silent), silent


def attendance_table(workshop: Workshop) -> Iterator[list[str]]:
    """One line a person and date, dates in order; four queries at any size."""
    yield [
        _("Date"),
        _("Début"),
        _("Fin"),
        _("Séance"),
        _("Nom"),
        _("Prénom"),
        _("Inscrit"),
        _("Présence"),
    ]
    people: dict[int, list[Enrolment]] = {}
    rows = Enrolment.objects.enrolled().select_related("patient").filter(cycle__workshop=workshop)
    for row in sorted(rows, key=_by_name):
        people.setdefault(row.cycle_id, []).append(row)
    marks = {
        (session, enrolment): mark
        for session, enrolment, mark in Attendance.objects.filter(
            session__cycle__workshop=workshop
        ).values_list("session_id", "enrolment_id", "mark")
    }
    sessions = WorkshopSession.objects.filter(cycle__workshop=workshop).order_by("start_at", "pk")
    for session in sessions:
        start, end = clock.local(session.start_at), clock.local(session.end_at)
        when = [f"{start:%d/%m/%Y}", f"{start:%H:%M}", f"{end:%H:%M}", str(SessionState(session.state).label)]
        for row in people.get(session.cycle_id, []):
            mark = marks.get((session.pk, row.pk), "")
            cells = [
                row.patient.last_name,
                row.patient.first_name,
                str(row.get_origin_display()),
                str(Mark(mark).label) if mark else "",
            ]
            yield [harmless(cell) for cell in (*when, *cells)]


def harmless(cell: str) -> str:
    """No spreadsheet calculates what a person wrote as a name."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
