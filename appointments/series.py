"""« 10 séances, lundi et jeudi matin »: the whole series proposed at once, conflicts named, replacements at hand.

Pure: six queries, however many sessions, weeks or professionals who take turns. What is shown here is asked again,
under lock, by `actions/book_series.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import NamedTuple

from appointments.availability import Slot
from appointments.models import AppointmentSeries, Half, VisitReason
from appointments.patient_times import PatientTimes
from appointments.series_causes import Causes
from core import clock

TOLERANCE = 60  # minutes: further from the hour that was asked for, somebody should look at it
FIRST_HALF = {Half.MORNING.value: (0, 12 * 60), Half.AFTERNOON.value: (12 * 60, 24 * 60)}
BEFORE, AFTER = timedelta(days=6), timedelta(days=21)
LONGEST = timedelta(days=400)
TO_OFFER, ON_ONE_DAY = 6, 2

type Choice = tuple[int, int] | tuple[()] | None
"""(key of the reason, start in seconds since the epoch); nothing yet; None: this session is left out."""


class Target(NamedTuple):
    """When a session is wanted."""

    day: date
    half: str = ""
    hour: time | None = None

    @property
    def minutes(self) -> tuple[int, int]:
        """[first, last[ minute of the day at which it may begin."""
        if self.hour is not None:
            wanted = minute_of(self.hour)
            return max(0, wanted - TOLERANCE), wanted + TOLERANCE + 1
        return FIRST_HALF.get(self.half, (0, 24 * 60))

    def keeps(self, slot: Slot) -> bool:
        first, last = self.minutes
        return slot.local_day == self.day and first <= local_minute(slot) < last


@dataclass(frozen=True)
class Pattern:
    first_day: date
    weekdays: Collection[int]
    half: str = ""
    hour: time | None = None
    every_n_weeks: int = 1
    gap_days: int = 1

    @classmethod
    def of(cls, series: AppointmentSeries, first_day: date | None = None) -> Pattern:
        return cls(
            first_day or series.first_day,
            tuple(series.weekdays),
            series.half,
            series.hour,
            series.every_n_weeks,
            series.gap_days,
        )

    def targets(self, number: int) -> list[Target]:
        """The first `number` days of the pattern, each at least `gap_days` after the one before."""
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        days = (
            day
            for week in count(0, self.every_n_weeks)
            for weekday in sorted(self.weekdays)
            if (day := monday + timedelta(days=7 * week + weekday)) >= self.first_day
        )
        return [Target(day, self.half, self.hour) for day in islice(_spaced(days, self.gap_days), number)]


@dataclass
class Session:
    """One line of the proposal: its time, or why it has none."""

    target: Target
    slot: Slot | None = None
    is_left_out: bool = False
    is_lost: bool = False
    sentence: str = ""
    others: list[Slot] = field(default_factory=list)
    at_the_end: Slot | None = None
    before: datetime | None = None
    is_other_hour: bool = False

    @property
    def is_conflict(self) -> bool:
        return self.slot is None and not self.is_left_out


@dataclass(frozen=True)
class Proposal:
    sessions: list[Session]

    @property
    def slots(self) -> list[Slot]:
        """What would be booked, in order of time."""
        return sorted((one.slot for one in self.sessions if one.slot), key=lambda slot: slot.start)

    @property
    def conflicts(self) -> int:
        return sum(one.is_conflict for one in self.sessions)


@dataclass(frozen=True)
class Wanted:
    """Who receives (the preferred reason first), when, and what the user has settled already."""

    reasons: Sequence[VisitReason]
    targets: Sequence[Target]
    gap_days: int = 1
    chosen: Mapping[int, Choice] = field(default_factory=dict)
    pattern: Pattern | None = None


def propose(wanted: Wanted, times: PatientTimes, causes: Causes) -> Proposal:
    """A time for every target, or the cause of the conflict; for each the nearest others.

    The preferred professional goes before the time, and the time stays the same as far as possible: the hour asked
    for, else the one that is free on most of the days.
    """
    sessions = [Session(target) for target in wanted.targets]
    preferred = _preferred_minute(wanted, times)
    rank = {reason.pk: place for place, reason in enumerate(wanted.reasons)}

    def order(slot: Slot, at: int) -> tuple[int, int, int]:
        return rank[slot.reason.pk], abs(local_minute(slot) - at), slot.start

    for index, session in enumerate(sessions):
        _settle(session, wanted.chosen, index, times, causes)
    for index, session in enumerate(sessions):
        if index in wanted.chosen or session.slot is not None:
            continue
        kept = [slot for slot in times.free_on(session.target.day) if session.target.keeps(slot)]
        kept = [slot for slot in kept if not _meets(slot, sessions)]
        if kept:
            session.slot = min(kept, key=lambda slot: order(slot, _wanted_minute(session.target, preferred)))
        else:
            session.sentence = causes.sentence(session.target.day, session.target.minutes)
    for session in sessions:
        _offer_others(session, sessions, wanted, times, order, _wanted_minute(session.target, preferred))
    _mark_other_hours(sessions)
    return Proposal(sessions)


def window(targets: Sequence[Target]) -> tuple[date, date]:
    """The days that a proposal looks at: a little before the first session, some weeks past the last."""
    today = clock.today()
    first = max(today, min(target.day for target in targets) - BEFORE)
    last = min(max(target.day for target in targets) + AFTER, today + LONGEST)
    return first, max(first, last)


def minute_of(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def local_minute(slot: Slot) -> int:
    return minute_of(clock.local(slot.start_at).time())


def _spaced(days: Iterable[date], gap: int) -> Iterator[date]:
    last = None
    for day in days:
        if last is None or (day - last).days >= gap:
            last = day
            yield day


def _preferred_minute(wanted: Wanted, times: PatientTimes) -> int | None:
    """The time of day that is free on the most days; the earliest of several."""
    tally: Counter[int] = Counter()
    for target in wanted.targets:
        for reason in wanted.reasons:
            minutes = {
                local_minute(slot)
                for slot in times.free_on(target.day)
                if slot.reason.pk == reason.pk and target.keeps(slot)
            }
            tally.update(minutes)
            if minutes:
                break
    return min(tally, key=lambda minute: (-tally[minute], minute)) if tally else None


def _wanted_minute(target: Target, preferred: int | None) -> int:
    if target.hour is not None:
        return minute_of(target.hour)
    return target.minutes[0] if preferred is None else preferred


def _settle(
    session: Session, chosen: Mapping[int, Choice], index: int, times: PatientTimes, causes: Causes
) -> None:
    """What the user took, left open or left out; what is gone meanwhile says so. Nothing is filled in unseen."""
    if index not in chosen:
        return
    choice = chosen[index]
    if choice is None:
        session.is_left_out = True
    elif not choice:
        target = session.target
        is_free = any(target.keeps(slot) for slot in times.free_on(target.day))
        session.sentence = causes.open() if is_free else causes.sentence(target.day, target.minutes)
    else:
        session.slot = times.find(*choice)
        session.is_lost = session.slot is None
        if session.is_lost:
            session.sentence = causes.lost(datetime.fromtimestamp(choice[1], tz=clock.PARIS))


def _mark_other_hours(sessions: Sequence[Session]) -> None:
    """What stands out from the others, so that it is said to the patient."""
    tally = Counter(local_minute(one.slot) for one in sessions if one.slot is not None)
    usual = max(tally, key=lambda minute: tally[minute], default=0)
    for one in sessions:
        one.is_other_hour = one.slot is not None and local_minute(one.slot) != usual


def _meets(slot: Slot, sessions: Sequence[Session]) -> bool:
    return any(
        one.slot is not None
        and one.slot.start_at < slot.blocked_until
        and slot.start_at < one.slot.blocked_until
        for one in sessions
    )


def _offer_others(
    session: Session,
    sessions: Sequence[Session],
    wanted: Wanted,
    times: PatientTimes,
    order: Callable[[Slot, int], tuple[int, int, int]],
    minute: int,
) -> None:
    """The nearest free times that leave the days between sessions, at most two on one day, in order of time."""
    taken = [one.slot.local_day for one in sessions if one.slot is not None and one is not session]

    def is_near(day: date) -> bool:
        return all(abs((day - other).days) >= wanted.gap_days for other in taken)

    around = session.slot.local_day if session.slot else session.target.day
    for day in sorted(times.days, key=lambda day: (abs((day - around).days), day)):
        if len(session.others) >= TO_OFFER:
            break
        if is_near(day):
            found = [slot for slot in times.free_on(day) if slot != session.slot]
            found.sort(key=lambda slot: order(slot, minute))
            session.others += found[:ON_ONE_DAY]
    session.others = sorted(session.others[:TO_OFFER], key=lambda slot: slot.start)
    if session.is_conflict and wanted.pattern is not None and taken:
        session.at_the_end = _next_in_pattern(wanted, times, max([*taken, session.target.day]), order, minute)


def _next_in_pattern(
    wanted: Wanted,
    times: PatientTimes,
    last: date,
    order: Callable[[Slot, int], tuple[int, int, int]],
    minute: int,
) -> Slot | None:
    """The session added behind the last one, as the pattern goes on."""
    assert wanted.pattern is not None
    for target in wanted.pattern.targets(len(wanted.targets) + 12):
        if (target.day - last).days < wanted.gap_days:
            continue
        kept = [slot for slot in times.free_on(target.day) if target.keeps(slot)]
        if kept:
            return min(kept, key=lambda slot: order(slot, minute))
    return None
