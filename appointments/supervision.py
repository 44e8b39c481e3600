"""Who answers for a trainee at what time. Reads, never writes: actions/supervise.py brings the tables in line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q

from appointments.coverage import Timetable, Window, timetables
from appointments.models import Absence, Appointment, SupervisionRule, Takeover
from appointments.models.absence import AbsenceKind
from appointments.models.supervision import Half, Presence, rule_for, rules_of_supervision
from core import clock
from practitioners.house import the_house
from practitioners.models import Internship, Practitioner

NOON = time(13)

type Span = tuple[datetime, datetime]


def minus(spans: Iterable[Span], cuts: Iterable[Span]) -> list[Span]:
    """What is left of the spans."""
    left = list(spans)
    for cut_start, cut_end in cuts:
        left = [
            (start, end)
            for since, until in left
            for start, end in ((since, min(until, cut_start)), (max(since, cut_end), until))
            if start < end
        ]
    return left


def common(spans: Sequence[Span], others: Iterable[Span]) -> list[Span]:
    return minus(spans, minus(spans, others))


@dataclass(frozen=True)
class Piece:
    """A time at which a trainee receives, and who answers for it; nobody where `supervisor` is None."""

    trainee: int
    start_at: datetime
    end_at: datetime
    stay: int | None = None
    named: int | None = None
    supervisor: int | None = None
    # Where there is no stay: how many have begun by then.
    stays_before: int = 0

    @property
    def is_takeover(self) -> bool:
        return None not in (self.named, self.supervisor) and self.named != self.supervisor


@dataclass
class Team:
    """The stays of some trainees, and all that decides who answers for them."""

    stays: dict[int, list[Internship]] = field(default_factory=lambda: defaultdict(list))
    rules: list[SupervisionRule] = field(default_factory=list)
    tables: dict[int, Timetable] = field(default_factory=dict)
    absences: dict[int, list[tuple[datetime, datetime, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def stay_on(self, trainee: int, day: date) -> Internship | None:
        return next((stay for stay in self.stays[trainee] if stay.since <= day <= stay.until), None)

    def pieces(self, trainee: int) -> list[Piece]:
        """All that this trainee's openings hold, from the one who answers to the one who could."""
        return [
            piece
            for window in self.tables[trainee].windows
            for span in _half_days(window)
            for piece in self._of_half_day(trainee, window, span)
        ]

    def _of_half_day(self, trainee: int, window: Window, span: Span) -> list[Piece]:
        local = clock.local(span[0])
        stay = self.stay_on(trainee, local.date())
        rule = rule_for(self.rules, stay.level, local.date()) if stay else None
        if stay is None or rule is None:
            return [Piece(trainee, *span, stay.pk if stay else None, stays_before=self._begun(trainee, span))]
        in_turn = _in_turn(stay, local)
        named = in_turn[0].pk if in_turn else None
        left, found = [span], []
        for supervisor in in_turn:
            there = common(left, self._there(supervisor.pk, rule, window, span))
            found += [Piece(trainee, start, end, stay.pk, named, supervisor.pk) for start, end in there]
            left = minus(left, there)
        found += [Piece(trainee, start, end, stay.pk, named) for start, end in left]
        return sorted(found, key=lambda piece: piece.start_at)

    def _begun(self, trainee: int, span: Span) -> int:
        return sum(stay.since <= clock.local(span[0]).date() for stay in self.stays[trainee])

    def _there(self, supervisor: int, rule: SupervisionRule, window: Window, span: Span) -> list[Span]:
        """When this supervisor could answer for the half-day."""
        if rule.presence == Presence.NEVER_ALONE:
            return []
        there: list[Span] = [span]
        if rule.presence == Presence.IN_HOUSE:
            margin = timedelta(minutes=rule.margin_minutes)
            here = [
                (own.start_at - margin, own.end_at + margin)
                for own in self.tables[supervisor].windows
                if own.place_id == window.place_id
            ]
            there = common(there, here)
        away = [(start, end) for start, end, kind in self.absences[supervisor] if kind in rule.away_kinds]
        return minus(there, away)


def _half_days(window: Window) -> list[Span]:
    """An opening across 13 h counts for both halves of its day."""
    day = clock.local(window.start_at).date()
    noon = clock.at(day, NOON)
    spans = [(window.start_at, min(window.end_at, noon)), (max(window.start_at, noon), window.end_at)]
    return [(start, end) for start, end in spans if start < end]


def _in_turn(stay: Internship, local: datetime) -> list[Practitioner]:
    """Whoever is named for this half-day, then the others by name."""
    half = Half.MORNING if local.time() < NOON else Half.AFTERNOON
    named = {
        row.supervisor_id
        for row in stay.half_days.all()
        if row.weekday == local.weekday() and row.half == half
    }
    others = sorted(stay.supervisors.all(), key=lambda one: (one.last_name, one.first_name, one.pk))
    return sorted(others, key=lambda one: one.pk not in named)


def stays_of(trainees: Collection[int], *, since: date) -> dict[int, list[Internship]]:
    """Three queries; one for whoever is no trainee."""
    rows = Internship.objects.filter(intern__in=trainees).order_by("since", "pk")
    found: dict[int, list[Internship]] = defaultdict(list)
    people = Prefetch("supervisors", Practitioner.objects.select_related("profession"))
    for stay in rows.filter(until__gte=since).prefetch_related(people, "half_days"):
        found[stay.intern_id].append(stay)
    return found


def trainees_with(practitioners: Collection[int]) -> list[int]:
    """Of these, the trainees; and the trainees of the supervisors among them. One query."""
    found = Internship.objects.filter(
        Q(intern__in=practitioners) | Q(supervisors__in=practitioners, until__gte=clock.today())
    )
    return sorted(set(found.order_by().values_list("intern", flat=True)))


def pairs_of_stays(supervisors: Collection[int]) -> set[tuple[int, int]]:
    """(supervisor, trainee) of all stays that are not over; one query."""
    stays = Internship.objects.filter(supervisors__in=supervisors, until__gte=clock.today()).order_by()
    return set(stays.values_list("supervisors", "intern"))


def team_of(trainees: Collection[int], now: datetime) -> Team:
    """A constant number of queries, however many trainees and supervisors."""
    team = Team(stays=stays_of(trainees, since=clock.local(now).date()))
    team.rules = rules_of_supervision()
    supervisors = {
        one.pk for stays in team.stays.values() for stay in stays for one in stay.supervisors.all()
    }
    team.tables = timetables({*trainees, *supervisors}, now)
    rows = Absence.objects.filter(practitioner__in=supervisors, end_at__gt=now)
    rows = rows.exclude(kind=AbsenceKind.UNSUPERVISED).order_by("start_at")
    for pk, start_at, end_at, kind in rows.values_list("practitioner_id", "start_at", "end_at", "kind"):
        team.absences[pk].append((start_at, end_at, kind))
    return team


def answering_for(visits: Sequence[Appointment]) -> dict[int, Practitioner]:
    """Under whose responsibility each visit stands, by its key; nothing for visits with nobody in training.

    No query where no trainee receives, four otherwise.
    """
    visits = [visit for visit in visits if visit.practitioner_id in the_house().trainees]
    days = [clock.local(visit.start_at).date() for visit in visits]
    stays = stays_of({visit.practitioner_id for visit in visits}, since=min(days)) if visits else {}
    if not stays:
        return {}
    takeovers = list(
        Takeover.objects.filter(stay__in=[stay.pk for rows in stays.values() for stay in rows])
        .filter(end_at__gt=min(visit.start_at for visit in visits))
        .select_related("supervisor__profession")
        .order_by("start_at")
    )
    found = {}
    for visit, day in zip(visits, days, strict=True):
        mine = [stay for stay in stays.get(visit.practitioner_id, ()) if stay.since <= day <= stay.until]
        if mine and (supervisor := _answers(visit.start_at, mine[0], takeovers)) is not None:
            found[visit.pk or 0] = supervisor
    return found


def _answers(at: datetime, stay: Internship, takeovers: Iterable[Takeover]) -> Practitioner | None:
    for row in takeovers:
        if row.stay_id == stay.pk and row.start_at <= at < row.end_at:
            return row.supervisor
    return next(iter(_in_turn(stay, clock.local(at))), None)
