"""« Qui ? Pour quoi ? Quand ? »: what a visitor asks, and the week of slots that answers. Reads, never writes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from appointments.availability import PUBLIC, Slot, first_free, free_slots
from appointments.models import Audience, PatientScope, PlaceKind, ReasonCategory, VisitReason
from core import clock
from practitioners.house import the_house
from practitioners.models import Place, Practitioner, Profession
from practitioners.models.practitioner import SpokenLanguage

WEEK = timedelta(days=7)
ROWS_PER_PAGE = 6
# After an empty week the next slot is rarely near: one wide look costs less than several narrow ones.
LATER = (timedelta(days=90), timedelta(days=366))
DELAYS = {
    "semaine": timedelta(0),
    "prochaine": timedelta(days=7),
    "quinzaine": timedelta(days=14),
    "mois": timedelta(days=30),
}
MOMENTS = {"matin": (0, 12), "apres-midi": (12, 18), "soir": (18, 24)}


@dataclass(frozen=True)
class Wish:
    """What was asked, cleaned: an unknown word is as good as none."""

    profession: str = ""
    motif: str = ""
    praticien: str = ""
    ou: str = ""
    lieu: int | None = None
    langue: str = ""
    moment: str = ""
    first_day: date = field(default_factory=clock.today)
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str], today: date) -> Wish:
        moment = parameters.get("moment", "")
        ou = parameters.get("ou", "")
        lieu, page = parameters.get("lieu", ""), parameters.get("page", "")
        return cls(
            profession=parameters.get("profession", "")[:80],
            motif=parameters.get("motif", "")[:80],
            praticien=parameters.get("praticien", "")[:120],
            ou=ou if ou in PlaceKind else "",
            lieu=int(lieu) if _is_small_number(lieu) else None,
            langue=parameters.get("langue", "")[:3],
            moment=moment if moment in MOMENTS else "",
            first_day=_first_day(parameters, today),
            page=int(page) if _is_small_number(page) else 1,
        )

    def accepts(self, reason: VisitReason) -> bool:
        practitioner = reason.practitioner
        return (
            self.motif in ("", reason.category.slug)
            and self.profession in ("", practitioner.profession.slug)
            and self.praticien in ("", practitioner.slug)
            and self.ou in ("", reason.place_kind)
            and (not self.langue or self.langue in practitioner.languages)
        )

    def keeps(self, slot: Slot) -> bool:
        if self.lieu is not None and slot.opening.place_id != self.lieu:
            return False
        if not self.moment:
            return True
        first, last = MOMENTS[self.moment]
        return first <= clock.local(slot.start_at).hour < last


@dataclass
class Day:
    date: date
    slots: list[Slot] = field(default_factory=list)
    place: str = ""


@dataclass
class Row:
    """One practitioner's week for one reason."""

    reason: VisitReason
    days: list[Day]
    next_slot: Slot | None = None
    is_reserved: bool = False
    place: str = ""

    @property
    def practitioner(self) -> Practitioner:
        return self.reason.practitioner

    @property
    def first(self) -> Slot | None:
        return next((day.slots[0] for day in self.days if day.slots), None)

    @property
    def order(self) -> tuple[float, str]:
        soonest = self.first or self.next_slot
        return (soonest.start if soonest else float("inf"), self.practitioner.last_name)


@dataclass
class Week:
    rows: list[Row]
    first_day: date
    earliest: Slot | None
    pages: int
    previous_day: date | None

    @property
    def last_day(self) -> date:
        return self.first_day + WEEK - timedelta(days=1)

    @property
    def next_day(self) -> date:
        return self.first_day + WEEK


@dataclass(frozen=True)
class Choices:
    """What the search form offers: only what can be booked online."""

    professions: list[Profession]
    categories: list[ReasonCategory]
    languages: list[tuple[str, str]]
    places: list[Place]


def online_reasons() -> list[VisitReason]:
    """Everything bookable from the public pages, one query."""
    return list(
        VisitReason.objects.online()
        .select_related("practitioner__profession", "category__profession")
        .order_by("practitioner_id", "position", "pk")
    )


def choices(reasons: Iterable[VisitReason]) -> Choices:
    categories = {reason.category_id: reason.category for reason in reasons}
    professions = {reason.practitioner.profession_id: reason.practitioner.profession for reason in reasons}
    languages = {language for reason in reasons for language in reason.practitioner.languages}
    return Choices(
        professions=sorted(professions.values(), key=lambda one: (one.position, one.name)),
        categories=sorted(
            categories.values(), key=lambda one: (one.profession.position, one.position, one.name)
        ),
        places=list(the_house().places.values()),
        languages=[(code, str(name)) for code, name in SpokenLanguage.choices if code in languages],
    )


def reasons_for(wish: Wish, reasons: Iterable[VisitReason]) -> list[VisitReason]:
    """One reason per practitioner: the first on his list that the wish accepts."""
    chosen: dict[int, VisitReason] = {}
    for reason in reasons:
        if wish.accepts(reason):
            chosen.setdefault(reason.practitioner_id, reason)
    return list(chosen.values())


def week_of(wish: Wish, reasons: list[VisitReason], known: frozenset[int], now: datetime) -> Week:
    """The page of rows to show: whoever has the earliest slot comes first.

    `known` holds the practitioners who know the person signed in. What is kept for known patients is shown to
    nobody else: a slot on the page can be booked by the person who reads it.
    """
    start = clock.day_bounds(wish.first_day)[0]
    end = clock.day_bounds(wish.first_day + WEEK)[0]
    rows = {reason.pk: Row(reason, _days(wish.first_day)) for reason in reasons}
    open_to = [reason for reason in reasons if not _is_reserved(reason, known)]
    for reason in reasons:
        rows[reason.pk].is_reserved = _is_reserved(reason, known)
    midnights = [clock.day_bounds(day.date)[0].timestamp() for day in _days(wish.first_day)]
    for slot in _free(open_to, max(start, now), end, known, now):
        if wish.keeps(slot):
            rows[slot.reason.pk].days[bisect_right(midnights, slot.start) - 1].slots.append(slot)
    empty = [reason for reason in open_to if rows[reason.pk].first is None]
    for key, slot in _first_after(wish, empty, end, known, now).items():
        rows[key].next_slot = slot
    ordered = sorted(rows.values(), key=lambda row: row.order)
    soonest = [row.first or row.next_slot for row in ordered]
    pages = max(1, -(-len(ordered) // ROWS_PER_PAGE))
    page = min(max(wish.page, 1), pages)
    shown = ordered[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    for row in shown:
        _name_places(row)
    earlier = max(wish.first_day - WEEK, clock.local(now).date())
    return Week(
        rows=shown,
        first_day=wish.first_day,
        earliest=next((slot for slot in soonest if slot), None),
        pages=pages,
        previous_day=earlier if earlier < wish.first_day else None,
    )


def _first_day(parameters: Mapping[str, str], today: date) -> date:
    try:
        asked = date.fromisoformat(parameters.get("du", ""))
    except ValueError:
        delay = DELAYS.get(parameters.get("quand", ""), timedelta(0))
        monday = today - timedelta(days=today.weekday())
        asked = monday + delay if delay else today
    return min(max(asked, today), today + timedelta(days=366))


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _name_places(row: Row) -> None:
    """Where: once for the row, or day by day for somebody who receives in several places."""
    if row.reason.place_kind != PlaceKind.CENTRE:
        return
    places = the_house().places
    by_day = [sorted({places[slot.opening.place_id].name for slot in day.slots}) for day in row.days]
    everywhere = {name for names in by_day for name in names}
    if len(everywhere) == 1:
        row.place = everywhere.pop()
    else:
        for day, names in zip(row.days, by_day, strict=True):
            day.place = ", ".join(names)


def _days(first_day: date) -> list[Day]:
    return [Day(first_day + timedelta(days=days)) for days in range(WEEK.days)]


def _is_reserved(reason: VisitReason, known: frozenset[int]) -> bool:
    """Kept for patients already followed, and the reader is not one of them, as far as we know."""
    only_known = reason.patient_scope == PatientScope.KNOWN or (
        reason.patient_scope == PatientScope.ALL and not reason.practitioner.accepts_new_patients
    )
    return only_known and reason.practitioner_id not in known


def _free(
    reasons: list[VisitReason], start: datetime, end: datetime, known: frozenset[int], now: datetime
) -> list[Slot]:
    """Openings kept for known patients are asked for only where the reader is one."""
    followed = [reason for reason in reasons if reason.practitioner_id in known]
    others = [reason for reason in reasons if reason.practitioner_id not in known]
    both = PUBLIC | {Audience.KNOWN}
    return free_slots(followed, start, end, now=now, audiences=both) + free_slots(others, start, end, now=now)


def _first_after(
    wish: Wish, reasons: list[VisitReason], after: datetime, known: frozenset[int], now: datetime
) -> dict[int, Slot]:
    if wish.moment or wish.lieu is not None:
        # The first slot of a practitioner may be at another moment or place: look at all of them.
        later = free_slots(reasons, after, after + timedelta(days=60), now=now)
        found: dict[int, Slot] = {}
        for slot in later:
            if wish.keeps(slot):
                found.setdefault(slot.reason.pk, slot)
        return found
    return first_free(reasons, after, now=now, windows=LATER)
