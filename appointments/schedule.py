"""The shared schedule: what stands open, who is away and who comes, each row with what its reader may see of it.

Pure knowledge in three queries, however many practitioners and days. Rows are tuples, never model instances: the
day of twenty people is read many times a minute. Instants are whole seconds since the epoch.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.utils.translation import gettext as _

from appointments.access import Reader, Sight, sight_of
from appointments.calendar import public_holidays
from appointments.models import ACTIVE_STATES, Status
from appointments.models.absence import AbsenceKind
from appointments.schedule_rows import Timed
from appointments.schedule_sql import SPANS, VISITS
from core import clock
from core.trips import Sent, travel
from practitioners.house import the_house
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind, profession_of

OPENING, ABSENCE, CLOSURE, DELAY, OUTSIDE, ROOM_SHUT, WORKSHOP = range(7)


class Wanted(NamedTuple):
    """A window of days and the filters of the screen; an empty filter filters nothing."""

    first: date
    days: int = 1
    profession: str = ""
    place: int | None = None
    room: int | None = None
    practitioner: str = ""
    one: bool = False  # a single person: the one who is named, else the reader himself, else the first

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


class Person(NamedTuple):
    id: int
    slug: str
    name: str
    profession: str
    profession_slug: str
    place_ids: list[int]
    detail: str
    may_move: bool  # the reader may give this person's visits another time


class _Span(NamedTuple):
    kind: int
    practitioner_id: int
    place_id: int | None
    room_id: int | None
    start: int
    end: int
    label: str
    session_id: int = 0


class Span(_Span, Timed):
    """Open, away, closed, taken in a calendar from outside or by a workshop; a shut room is nobody's (0)."""

    __slots__ = ()


class _Visit(NamedTuple):
    id: int
    practitioner_id: int
    place_id: int
    room_id: int | None
    start: int
    end: int
    blocked_until: int
    status: str
    is_overbooked: bool
    reason: str
    colour: str
    first_name: str
    last_name: str


class Visit(_Visit, Timed):
    """An appointment or a running hold. What the reader may not see is not in it: an empty text."""

    __slots__ = ()

    @property
    def patient(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_held(self) -> bool:
        return self.status == Status.HELD

    @property
    def state_label(self) -> str:
        """Nothing where the state itself would say something about the patient."""
        return str(Status(self.status).label) if self.is_held or self.reason or self.patient else ""

    @property
    def buffer_minutes(self) -> int:
        return (self.blocked_until - self.end) // 60


@dataclass(frozen=True)
class Schedule:
    wanted: Wanted
    everybody: list[Person]
    people: list[Person]
    rooms: dict[int, str]
    spans: list[Span] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    holidays: dict[date, str] = field(default_factory=dict)
    # Minutes by which somebody runs late today, where today is among the days.
    late: dict[int, int] = field(default_factory=dict)

    @property
    def days(self) -> list[date]:
        return [self.wanted.first + timedelta(days=n) for n in range(self.wanted.days)]


def read(reader: Reader, wanted: Wanted) -> Schedule:
    """What the schedule shows to this reader. Three queries, at any size."""
    everybody = _everybody(wanted.first, reader)
    people = _chosen(everybody, wanted, reader)
    rooms = {
        room.pk: room.name for room in the_house().rooms if not wanted.place or room.place_id == wanted.place
    }
    start, end = clock.day_bounds(wanted.first)[0], clock.day_bounds(wanted.last)[1]
    asked: dict[str, Any] = {
        "practitioners": [person.id for person in people],
        "start": start,
        "end": end,
        "now": clock.now(),
        "today": clock.today(),
        "first": wanted.first,
        "last": wanted.last,
        "reader": reader.practitioner_id,
        "desk": reader.is_desk,
        "active": [str(state) for state in ACTIVE_STATES],
    }
    spans, visits = _spans(reader, asked), _visits(reader, people, asked)
    late = {span.practitioner_id: span.end for span in spans if span.kind == DELAY}
    spans = [span for span in spans if span.kind != DELAY]
    people, spans, visits = _here(wanted, people, spans, visits)
    centre = the_house().centre
    holidays = public_holidays(centre.holiday_zone if centre else "", wanted.first, wanted.last)
    return Schedule(wanted, everybody, people, rooms, spans, visits, holidays, late)


def _here(
    wanted: Wanted, people: list[Person], spans: list[Span], visits: list[Visit]
) -> tuple[list[Person], list[Span], list[Visit]]:
    """Of the place and the room that were asked for, and who has something there; else all."""
    if wanted.place is None and wanted.room is None:
        return people, spans, visits
    if wanted.place is not None:
        spans = [span for span in spans if span.place_id in (None, wanted.place)]
        visits = [visit for visit in visits if visit.place_id == wanted.place]
    if wanted.room is not None:
        in_rooms = (OPENING, ROOM_SHUT, WORKSHOP)
        spans = [span for span in spans if span.kind not in in_rooms or span.room_id == wanted.room]
        visits = [visit for visit in visits if visit.room_id == wanted.room]
    here = {visit.practitioner_id for visit in visits}
    here |= {span.practitioner_id for span in spans if span.kind in (OPENING, WORKSHOP)}
    people = [person for person in people if person.id in here]
    spans = [span for span in spans if span.practitioner_id in here or span.kind == ROOM_SHUT]
    return people, spans, visits


def _everybody(day: date, reader: Reader) -> list[Person]:
    rows = (
        Practitioner.objects.active(day)
        .exclude(kind=Kind.CORRESPONDENT)
        .annotate(place_ids=ArrayAgg("places", default=[]))
        .order_by("profession__position", "last_name", "first_name", "pk")
        .values_list(
            *("pk", "slug", "title", "first_name", "last_name", "profession__name"),
            *("profession__feminine_name", "profession__slug", "place_ids", "schedule_detail"),
        )
    )
    return [
        Person(
            pk,
            slug,
            " ".join(filter(None, (title, first, last))),
            profession_of(title, name, feminine),
            profession_slug,
            place_ids,
            detail,
            reader.may_move(pk),
        )
        for pk, slug, title, first, last, name, feminine, profession_slug, place_ids, detail in rows
    ]


def _chosen(everybody: list[Person], wanted: Wanted, reader: Reader) -> list[Person]:
    people = [
        person
        for person in everybody
        if wanted.profession in ("", person.profession_slug) and wanted.practitioner in ("", person.slug)
    ]
    if not wanted.one:
        return people
    own = [person for person in people if person.id == reader.practitioner_id]
    return (own or people)[:1]


def _spans(reader: Reader, asked: dict[str, Any]) -> list[Span]:
    kinds = {str(kind): str(kind.label) for kind in AbsenceKind}
    found = []
    for row in travel(Sent(SPANS, asked, binary=True))[0]:
        span = Span(*row)
        if span.kind == ABSENCE:
            may_know = reader.is_desk or span.practitioner_id == reader.practitioner_id
            span = span._replace(label=kinds[span.label] if may_know else _("absence"))
        elif span.kind == OUTSIDE:
            # A private life: the title is its owner's, not even the desk's.
            own = span.label if span.practitioner_id == reader.practitioner_id else ""
            span = span._replace(label=own or _("agenda extérieur"))
        elif span.kind == WORKSHOP:
            span = _workshop(span)
        found.append(span)
    return found


def _workshop(span: Span) -> Span:
    """« Bien dormir, 8/10 »; the title is empty where the reader may not know it."""
    session, taken, seats, title = span.label.split("/", 3)
    label = f"{title or _('Atelier')}, {taken}/{seats}"
    return span._replace(label=label, session_id=int(session))


def _visits(reader: Reader, people: list[Person], asked: dict[str, Any]) -> list[Visit]:
    details = {person.id: person.detail for person in people}
    found = []
    for *row, is_sensitive, cares in travel(Sent(VISITS, asked, binary=True))[0]:
        visit = Visit._make(row)
        owner = visit.practitioner_id
        sees = sight_of(reader, owner, details[owner], in_care_team=bool(cares), is_sensitive=is_sensitive)
        found.append(_masked(visit, sees))
    return found


def _masked(visit: Visit, sees: Sight) -> Visit:
    """Colour and state go with the reason: they would tell it. A hold has no patient yet, nor a sure reason."""
    if visit.is_held:
        return visit._replace(reason="", colour="", first_name="", last_name="")
    if not sees.reason:
        visit = visit._replace(reason="", colour="")
    if not sees.name:
        visit = visit._replace(first_name="", last_name="")
    return visit if sees.reason or sees.name else visit._replace(status=Status.BOOKED.value)


def wall_minute(instant: int, first: date) -> int:
    """Minutes on the clock of the house since the midnight that begins `first`."""
    return (instant + _offset(instant // 900)) // 60 - (first - _EPOCH).days * 1440


_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=8192)
def _offset(quarter: int) -> int:
    """How far the house is ahead of UTC in this quarter of an hour; it never changes within one."""
    shift = clock.local(datetime.fromtimestamp(quarter * 900, tz=UTC)).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def by_practitioner[T: (Span, Visit)](rows: list[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.practitioner_id].append(row)
    return found
