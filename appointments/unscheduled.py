"""What is left today of the pool for unscheduled care, for this visitor at this moment. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.core import signing

from appointments.availability import Slot, free_slots
from appointments.models import Audience, Bookability, Opening, UnscheduledRelease, VisitReason
from appointments.models.unscheduled import Decision
from core import clock
from practitioners.models import Profession

POOL = frozenset({Audience.UNSCHEDULED})
# Nobody is there sooner than this.
ON_THE_WAY = timedelta(minutes=10)
# How long « non » to all questions holds.
ASKED_FOR = timedelta(minutes=30)


@dataclass
class Offer:
    """One profession's part of the pool."""

    profession: Profession
    slots: list[Slot] = field(default_factory=list)
    for_known: int = 0  # free, and open to the patients of the house only for now


@dataclass(frozen=True)
class Pool:
    """`next_at`: when more of today opens for this visitor; None where nothing more will."""

    offers: list[Offer]
    next_at: time | None

    @property
    def left(self) -> int:
        return sum(len(offer.slots) for offer in self.offers)

    @property
    def for_known(self) -> int:
        return sum(offer.for_known for offer in self.offers)

    def find(self, value: str) -> Slot | None:
        return next((slot for offer in self.offers for slot in offer.slots if slot.value == value), None)


@dataclass(frozen=True)
class Rules:
    """The hours of each profession, and what the team decided for single openings of today."""

    releases: dict[tuple[int, int], list[UnscheduledRelease]]
    decisions: dict[int, str]

    def opens_at(self, slot: Slot, *, known: bool) -> time | None:
        """From which hour of today this visitor may take the slot; None: not at all by himself."""
        decision = self.decisions.get(slot.opening.id)
        if decision is not None:
            return time.min if decision == Decision.RELEASED else None
        practitioner = slot.reason.practitioner
        starts = clock.local(slot.start_at).time()
        hours = [
            release.opens_at(known=known)
            for release in self.releases.get((practitioner.centre_id, practitioner.profession_id), ())
            if release.covers(starts)
        ]
        return min(hours, default=None)


def openings_of_today(now: datetime) -> list[Opening]:
    """The team's list, one query: what the pool has today, over or not."""
    start, end = clock.day_bounds(clock.local(now).date())
    found = Opening.objects.standing().between(start, end).filter(audience=Audience.UNSCHEDULED)
    return list(
        found.select_related("practitioner__profession", "place", "pool_decision__by").order_by(
            "practitioner__profession__position", "start_at", "pk"
        )
    )


def pool_of_today(now: datetime, *, known: bool) -> Pool:
    """Four queries, however many practitioners. `known`: a patient of the house is among those he acts for."""
    slots, rules = free_today(now), _rules(now)
    at = clock.local(now).time()
    offers: dict[int, Offer] = {}
    later: list[time] = []
    for slot in sorted(slots, key=lambda slot: (slot.start, slot.reason.practitioner.last_name)):
        profession = slot.reason.practitioner.profession
        offer = offers.setdefault(profession.pk, Offer(profession))
        opens = rules.opens_at(slot, known=known)
        if opens is not None and opens <= at:
            offer.slots.append(slot)
            continue
        house = rules.opens_at(slot, known=True)
        if not known and house is not None and house <= at:
            offer.for_known += 1
        if opens is not None:
            later.append(opens)
    return Pool(
        sorted(offers.values(), key=lambda offer: offer.profession.position), min(later, default=None)
    )


def free_today(now: datetime) -> list[Slot]:
    """Everything that is free in the pool until midnight, released or not: one reason for each opening."""
    end = clock.day_bounds(clock.local(now).date())[1]
    here = Opening.objects.standing().between(now, end).filter(audience=Audience.UNSCHEDULED)
    reasons = list(
        VisitReason.objects.filter(
            is_active=True, practitioner__is_listed=True, practitioner__in=here.values("practitioner")
        ).select_related("practitioner__profession", "category")
    )
    found = free_slots(reasons, now + ON_THE_WAY, end, now=now, audiences=POOL, ignore_notice=True)
    # A reason of the team only is taken online where the opening of the pool names it.
    return _one_reason_each(
        slot for slot in found if slot.opening.reason_ids or slot.reason.bookable_by == Bookability.EVERYONE
    )


def _one_reason_each(slots: Iterable[Slot]) -> list[Slot]:
    """An opening counts once: with the reason that suits most people, so that what is left is told truthfully."""
    by_opening: dict[int, dict[int, list[Slot]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        by_opening[slot.opening.id][slot.reason.pk].append(slot)
    chosen: list[Slot] = []
    for by_reason in by_opening.values():
        narrowest_last = sorted(by_reason.values(), key=_narrowness)
        chosen += narrowest_last[0]
    return chosen


def _narrowness(found: list[Slot]) -> tuple[int, bool, int, int]:
    reason = found[0].reason
    limits = (reason.min_age is not None) + (reason.max_age is not None)
    return limits, reason.is_sensitive, reason.position, reason.pk


def _rules(now: datetime) -> Rules:
    releases: dict[tuple[int, int], list[UnscheduledRelease]] = defaultdict(list)
    for release in UnscheduledRelease.objects.order_by("at", "pk"):
        releases[release.centre_id, release.profession_id].append(release)
    start, end = clock.day_bounds(clock.local(now).date())
    today = Opening.objects.between(start, end).exclude(pool_decision=None)
    return Rules(releases, dict(today.values_list("pk", "pool_decision__decision")))


def ticket() -> str:
    """« Non » to all questions, signed with the hour and nothing else: no answer, no name."""
    return signing.TimestampSigner(salt="unscheduled").sign("ok")


def holds(text: str) -> bool:
    try:
        signing.TimestampSigner(salt="unscheduled").unsign(text[:200], max_age=ASKED_FOR)
    except signing.BadSignature:
        return False
    return True
