"""The year's meetings in numbers: dates, attendance by profession, patients discussed, rate against the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count

from coordination.models import DecisionSheet, MeetingKind, MeetingMember, MeetingState, Minutes, TeamMeeting
from patients.models import Patient
from practitioners.models.practitioner import Kind


@dataclass
class ProfessionCount:
    name: str
    invited: int = 0
    present: int = 0
    remote: int = 0
    excused: int = 0
    absent: int = 0


@dataclass
class YearCount:
    """Only meetings whose minutes are validated count as proof; the others are named."""

    year: int
    meetings: list[TeamMeeting] = field(default_factory=list)
    without_minutes: list[TeamMeeting] = field(default_factory=list)
    professions: list[ProfessionCount] = field(default_factory=list)
    patients: int = 0
    list_size: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Patients discussed, in hundredths of the list of attending doctors."""
        if not self.list_size:
            return None
        return (Decimal(100 * self.patients) / self.list_size).quantize(Decimal("0.01"))


def count_year(year: int) -> YearCount:
    """A fixed number of queries. « Concertation » is what the contract counts: meetings of kind RCP."""
    held = TeamMeeting.objects.of_year(year).filter(
        kind=MeetingKind.CONCERTATION, state__in=[MeetingState.OPEN, MeetingState.CLOSED]
    )
    meetings = list(held.with_place().order_by("start_at", "pk"))
    proven = set(Minutes.objects.filter(meeting__in=meetings).values_list("meeting_id", flat=True))
    closed = [meeting for meeting in meetings if meeting.pk in proven]
    discussed = DecisionSheet.objects.validated().filter(item__meeting__in=closed).exclude(item__patient=None)
    return YearCount(
        year=year,
        meetings=closed,
        without_minutes=[meeting for meeting in meetings if meeting.pk not in proven],
        professions=_professions(closed),
        patients=discussed.values("item__patient").distinct().count(),
        list_size=list_size(),
    )


def list_size() -> int:
    """The patients whose attending doctor works in the house."""
    return Patient.objects.living().filter(attending_doctor__kind=Kind.MEMBER).count()


def _professions(meetings: list[TeamMeeting]) -> list[ProfessionCount]:
    rows = (
        MeetingMember.objects.filter(meeting__in=meetings)
        .order_by("practitioner__profession__position", "practitioner__profession__name")
        .values_list("practitioner__profession__name", "presence")
        .annotate(number=Count("pk"))
    )
    found: dict[str, ProfessionCount] = {}
    for name, presence, number in rows:
        line = found.setdefault(name, ProfessionCount(name))
        line.invited += number
        if presence:
            setattr(line, presence, getattr(line, presence) + number)
    return list(found.values())
