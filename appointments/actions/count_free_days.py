"""The summary of free days is brought in line with what changed; nobody waits for it, and no search believes it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.contrib.postgres.aggregates import BoolOr
from django.db import transaction
from django.db.models import Max

from appointments.agenda import asking_agenda
from appointments.models import Audience, FreeDay, FreeDayMark, Opening, VisitReason
from appointments.sweep import epoch_up, instant, sweep
from core import clock
from core.db import lock
from core.prepared import ask
from practitioners.models import Practitioner

BATCH = 200
DAY = timedelta(days=1)
# By then every hold is over.
END_OF_HOLDS = datetime(9999, 1, 1, tzinfo=UTC)

type Span = tuple[date, date]
type Times = dict[tuple[int, date], tuple[datetime, datetime]]


def count_free_days(limit: int = BATCH) -> int:
    """Work off the marks of so many practitioners, whose time came free first. How many it were."""
    waiting = FreeDayMark.objects.values("practitioner_id").annotate(frees=BoolOr("frees"), last=Max("pk"))
    due = [row["practitioner_id"] for row in waiting.order_by("-frees", "last")[:limit]]
    for practitioner_id in due:
        count_for(practitioner_id)
    return len(due)


@transaction.atomic
def count_for(practitioner_id: int) -> None:
    """All that is marked of this practitioner.

    The marks are read before the agenda, and only those that were read are removed: what changes in between is counted
    next time. One at a time, or an older count could be written over a newer one.
    """
    lock("free_days", practitioner_id)
    marks = list(FreeDayMark.objects.filter(practitioner_id=practitioner_id))
    today = clock.today()
    FreeDay.objects.filter(reason__practitioner=practitioner_id, day__lt=today).delete()
    reasons = list(VisitReason.objects.filter(practitioner=practitioner_id).order_by("pk"))
    for span in _spans(marks, practitioner_id, today):
        _write(reasons, span, _free_times(practitioner_id, reasons, span))
    FreeDayMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()


def count_all_again() -> None:
    """Now and then, for whatever no trigger saw: until it is counted, the summary stays as it is."""
    keys = Practitioner.objects.order_by("pk").values_list("pk", flat=True)
    FreeDayMark.objects.bulk_create(FreeDayMark(practitioner_id=key, frees=False) for key in keys)


def _spans(marks: Iterable[FreeDayMark], practitioner_id: int, today: date) -> list[Span]:
    """The days that the marks touch, from today on, in runs. What lies in the way by night reaches the day before."""
    wanted: list[Span] = []
    for mark in marks:
        first = clock.local(mark.since).date() - DAY if mark.since else today
        last = clock.local(mark.until).date() if mark.until else _last_day(practitioner_id, today)
        if last >= today:
            wanted.append((max(first, today), last))
    runs: list[Span] = []
    for first, last in sorted(wanted):
        if runs and first <= runs[-1][1] + DAY:
            runs[-1] = runs[-1][0], max(runs[-1][1], last)
        else:
            runs.append((first, last))
    return runs


def _last_day(practitioner_id: int, today: date) -> date:
    """Of an opening, or of a row that is to go."""
    ends = Opening.objects.filter(practitioner=practitioner_id).aggregate(last=Max("end_at"))["last"]
    row: date | None = FreeDay.objects.filter(reason__practitioner=practitioner_id).aggregate(
        last=Max("day")
    )["last"]
    opening: date | None = clock.local(ends).date() if ends else None
    return max(today, opening or today, row or today)


def _free_times(practitioner_id: int, reasons: Sequence[VisitReason], span: Span) -> Times:
    """The first and last time of each day, as the public's search would find them if nothing were shared or held."""
    if not reasons:
        return {}
    start, end = clock.day_bounds(span[0])[0], clock.day_bounds(span[1])[1]
    longest = max(reason.duration + reason.buffer for reason in reasons)
    agenda = ask(asking_agenda([practitioner_id], (start, end + longest), END_OF_HOLDS, [Audience.EVERYONE]))
    agenda.forget_resources()
    days = [span[0] + number * DAY for number in range((span[1] - span[0]).days + 1)]
    midnights = [epoch_up(clock.day_bounds(day)[0]) for day in days]
    times: Times = {}
    for reason in reasons:
        for slot in sweep(reason, agenda, epoch_up(start), epoch_up(end), first_only=False):
            key = reason.pk, days[bisect_right(midnights, slot.start) - 1]
            first = times[key][0] if key in times else instant(slot.start)
            times[key] = first, instant(slot.start)
    return times


def _write(reasons: Sequence[VisitReason], span: Span, times: Times) -> None:
    """Only what differs."""
    known = {
        (row.reason_id, row.day): row for row in FreeDay.objects.filter(reason__in=reasons, day__range=span)
    }
    FreeDay.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in times]).delete()
    FreeDay.objects.bulk_create(
        (
            FreeDay(reason_id=key[0], day=key[1], first_start=first, last_start=last)
            for key, (first, last) in times.items()
            if key not in known or (known[key].first_start, known[key].last_start) != (first, last)
        ),
        update_conflicts=True,
        unique_fields=["reason", "day"],
        update_fields=["first_start", "last_start"],
    )
