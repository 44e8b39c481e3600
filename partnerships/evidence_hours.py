"""The house's hours day by day: how much of what the contract asks is covered, and whether unscheduled care is offered.

Somebody of the house is there when his opening stands and he is not away; a meeting of the team is not away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.calendar import public_holidays
from appointments.models import Absence, Audience, Closure, Opening
from appointments.models.absence import AbsenceKind
from core import clock
from core.formats import french
from partnerships.evidence_frame import Behind, Frame, Measured, Questions, share
from practitioners.models.practitioner import Kind

SATURDAY = 5

type Span = tuple[datetime, datetime]


def opening_hours(frame: Frame) -> Measured:
    """The union of everybody's hours within those asked for, day by day."""
    spans = _presence(frame)
    asked_minutes = covered_minutes = 0
    rows, short = [], 0
    for day in _working_days(frame, saturday=True):
        wanted = _wanted(frame, day)
        asked, covered = _minutes([wanted]), _minutes(_within(spans.get(day, []), wanted))
        asked_minutes, covered_minutes = asked_minutes + asked, covered_minutes + covered
        short += covered < asked
        told = _("%(covered)s sur %(asked)s")
        detail = told % {"covered": french.duration(covered), "asked": french.duration(asked)}
        rows.append(_day_row(day, detail, counts=covered == asked))
    facts = [_("Jours où une heure demandée manque : %(number)s.") % {"number": short}] if rows else []
    return Measured(share(covered_minutes, asked_minutes), rows, facts)


def unscheduled(frame: Frame) -> Measured:
    """Each working day with at least one opening for unscheduled care that stood."""
    spans = _presence(frame, audience=Audience.UNSCHEDULED)
    rows = []
    for day in _working_days(frame, saturday=False):
        minutes = _minutes(_union(spans.get(day, [])))
        detail = french.duration(minutes) if minutes else _("aucune plage de soins non programmés")
        rows.append(_day_row(day, detail, counts=bool(minutes)))
    without = sum(not row.counts for row in rows)
    missing = []
    if without:
        sentence = _("Jours ouvrés sans soins non programmés : %(number)s.")
        missing.append(sentence % {"number": without})
    return Measured(share(len(rows) - without, len(rows)), rows, missing=missing)


def _day_row(day: date, detail: str, *, counts: bool) -> Behind:
    url = f"{reverse('schedule')}?jour={day.isoformat()}"
    return Behind(french.full_day(day).capitalize(), counts, day, detail, url=url)


def _working_days(frame: Frame, *, saturday: bool) -> list[date]:
    """Monday to Friday, and Saturday where the grid asks for it; holidays are nobody's working days."""
    off = public_holidays(frame.centre.holiday_zone, frame.first, date(frame.year, 12, 31))
    last = SATURDAY if saturday and frame.grid.saturday_from is not None else SATURDAY - 1
    return [day for day in frame.days if day.weekday() <= last and day not in off]


def _wanted(frame: Frame, day: date) -> Span:
    grid = frame.grid
    if day.weekday() == SATURDAY and grid.saturday_from is not None and grid.saturday_until is not None:
        return clock.at(day, grid.saturday_from), clock.at(day, grid.saturday_until)
    return clock.at(day, grid.week_from), clock.at(day, grid.week_until)


def _presence(frame: Frame, *, audience: str = "") -> dict[date, list[Span]]:
    """When somebody of the house was there, by the day on which it began; for one audience or for any."""
    if "presence" not in frame.remembered:
        frame.remembered["presence"] = _read_presence(frame)
    days: dict[date, list[Span]] = defaultdict(list)
    for whom, span in frame.remembered["presence"]:
        if audience in ("", whom):
            days[clock.local(span[0]).date()].append(span)
    return days


def _read_presence(frame: Frame) -> list[tuple[str, Span]]:
    """One query, however many people: (audience, what is left of an opening)."""
    start, end = frame.bounds
    found = (
        Opening.objects.standing()
        .between(start, end)
        .filter(practitioner__kind=Kind.MEMBER, practitioner__centre=frame.centre)
    )
    away = _away(frame)
    rows = found.order_by("start_at", "pk").values_list(
        "audience", "practitioner", "place", "start_at", "end_at"
    )
    return [
        (audience, piece)
        for audience, practitioner, place, begins, ends in rows
        for piece in _without(
            (begins, ends), [*away["person", practitioner], *away["place", place], *away["house", 0]]
        )
    ]


def asks_away(frame: Frame) -> Questions:
    """Who and what was away."""
    start, end = frame.bounds
    absences = Absence.objects.filter(start_at__lt=end, end_at__gt=start).exclude(kind=AbsenceKind.MEETING)
    closures = Closure.objects.filter(centre=frame.centre, start_at__lt=end, end_at__gt=start)
    return {
        "absences": absences.values_list("practitioner", "start_at", "end_at"),
        "closures": closures.values_list("place", "start_at", "end_at"),
    }


def _away(frame: Frame) -> dict[tuple[str, int], list[Span]]:
    away: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for practitioner, *span in frame.answers["absences"]:
        away["person", practitioner].append((span[0], span[1]))
    for place, *span in frame.answers["closures"]:
        away["place" if place else "house", place or 0].append((span[0], span[1]))
    return away


def _without(span: Span, taken: Iterable[Span]) -> list[Span]:
    left = [span]
    for start, end in taken:
        left = [
            piece
            for begins, ends in left
            for piece in ((begins, min(ends, start)), (max(begins, end), ends))
            if piece[0] < piece[1]
        ]
    return left


def _within(spans: Iterable[Span], wanted: Span) -> list[Span]:
    cut = [(max(start, wanted[0]), min(end, wanted[1])) for start, end in spans]
    return _union(span for span in cut if span[0] < span[1])


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _minutes(spans: Iterable[Span]) -> int:
    """Real minutes: a day of the clock change is an hour shorter or longer, for what is asked as for what is given."""
    return sum(int((end - start).total_seconds()) // 60 for start, end in spans)


NOON = time(13)


def half_days(start_at: datetime, end_at: datetime) -> list[str]:
    """Which halves of its day a session fills: an hour or more of it; a shorter one, that in which it begins."""
    noon = clock.at(clock.local(start_at).date(), NOON)
    halves = {"am": (start_at, min(end_at, noon)), "pm": (max(start_at, noon), end_at)}
    filled = [half for half, span in halves.items() if span[0] < span[1] and _minutes([span]) >= 60]
    return filled or ["am" if start_at < noon else "pm"]


def days_a_week(number: int, days: int) -> Decimal:
    """Half-days over a stretch of days, as days a week: two halves make one, seven days a week."""
    return Decimal(number) * 7 / (2 * days)
