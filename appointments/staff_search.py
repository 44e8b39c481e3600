"""The team looks for a time over the whole house: earliest first, whoever receives. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db.models import Q

from appointments.availability import Slot, find_slot, free_slots
from appointments.models import Audience, VisitReason
from appointments.seating import NOBODY, Seeker
from core import clock
from practitioners.models import Practitioner

ALL_OPENINGS = frozenset(Audience.values)
HALVES = {"matin": (0, 12), "apres-midi": (12, 24)}
PER_PAGE = 40


@dataclass(frozen=True)
class StaffWish:
    first_day: date
    last_day: date
    category: str = ""
    profession: str = ""
    practitioners: frozenset[str] = frozenset()
    place: int | None = None
    weekdays: frozenset[int] = frozenset()
    half: str = ""
    page: int = 1

    def accepts(self, reason: VisitReason) -> bool:
        return (
            self.category in ("", reason.category.slug)
            and self.profession in ("", reason.practitioner.profession.slug)
            and (not self.practitioners or reason.practitioner.slug in self.practitioners)
        )

    def keeps(self, slot: Slot) -> bool:
        if self.place is not None and slot.opening.place_id != self.place:
            return False
        if not self.weekdays and not self.half:
            return True
        at = clock.local(slot.start_at)
        if self.weekdays and at.weekday() not in self.weekdays:
            return False
        first, last = HALVES.get(self.half, (0, 24))
        return first <= at.hour < last


@dataclass(frozen=True)
class SlotPage:
    """A page of free times, in order of time."""

    slots: list[Slot]
    page: int
    has_next: bool

    @property
    def next_page(self) -> int:
        return self.page + 1

    @property
    def previous_page(self) -> int:
        return self.page - 1


def staff_reasons() -> list[VisitReason]:
    """Every kind of visit that is offered, also those that patients do not book themselves; one query."""
    active = Q(practitioner__active_until=None) | Q(practitioner__active_until__gte=clock.today())
    return list(
        VisitReason.objects.filter(active, is_active=True, practitioner__in=Practitioner.objects.active())
        .select_related("practitioner__profession", "category__profession")
        .order_by("practitioner__last_name", "practitioner_id", "position", "pk")
    )


def earliest(wish: StaffWish, reasons: list[VisitReason], now: datetime, seeker: Seeker = NOBODY) -> SlotPage:
    """Free times in the period over all who fit, in order of time, a page of them. One query, and a fixed number
    more where visits are counted by seats: then what this `seeker` may take.
    """
    wanted = [reason for reason in reasons if wish.accepts(reason)]
    start = max(now, clock.day_bounds(wish.first_day)[0])
    end = clock.day_bounds(wish.last_day)[1]
    found = free_slots(wanted, start, end, now=now, audiences=ALL_OPENINGS, ignore_notice=True, seeker=seeker)
    kept = [slot for slot in found if wish.keeps(slot)]
    if not wish.category:
        kept = _one_a_time(kept)
    ordered = sorted(kept, key=attrgetter("start"))
    page = min(max(wish.page, 1), max(1, -(-len(ordered) // PER_PAGE)))
    shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    return SlotPage(shown, page, has_next=len(ordered) > page * PER_PAGE)


def _one_a_time(slots: list[Slot]) -> list[Slot]:
    """Without a kind of visit, each practitioner's time is shown once: with the first of his reasons that fits."""
    first: dict[tuple[int, int], Slot] = {}
    for slot in slots:  # in the order of each practitioner's reasons
        first.setdefault((slot.reason.practitioner_id, slot.start), slot)
    return list(first.values())


def staff_slot(
    reason: VisitReason, start_at: datetime, now: datetime, seeker: Seeker = NOBODY
) -> Slot | None:
    return find_slot(reason, start_at, now=now, audiences=ALL_OPENINGS, ignore_notice=True, seeker=seeker)


def around(
    reason: VisitReason, wanted: datetime, now: datetime, seeker: Seeker = NOBODY, count: int = 6
) -> list[Slot]:
    """What to offer where a time is refused: the closest that are free."""
    span = timedelta(days=10)
    found = free_slots(
        [reason],
        max(now, wanted - span),
        wanted + span,
        now=now,
        audiences=ALL_OPENINGS,
        ignore_notice=True,
        seeker=seeker,
    )
    closest = sorted(found, key=lambda slot: abs(slot.start - wanted.timestamp()))[:count]
    return sorted(closest, key=attrgetter("start"))
