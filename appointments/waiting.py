"""Who of the waiting list is offered which free time. Pure: reads a constant number of times, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from appointments import eligibility
from appointments.availability import PUBLIC, Slot, free_slots
from appointments.models import Appointment, Audience, Bookability, Origin, SlotOffer, VisitReason
from appointments.models import WaitingListRule as Rule
from appointments.models import WaitingRequest as Request
from core import clock
from core.outbox import quiet_hours
from practitioners.models import Practitioner

FOLLOWED = PUBLIC | {Audience.KNOWN}
LONGEST = timedelta(days=92)

type Busy = list[tuple[datetime, datetime]]


class Match(NamedTuple):
    request: Request
    slot: Slot


class Times(NamedTuple):
    """When an offer leaves, and until when it can be answered."""

    sent_at: datetime
    expires_at: datetime


def rule_of(centre_id: int) -> Rule:
    """What the house has set, or the defaults."""
    return Rule.objects.filter(centre=centre_id).first() or Rule(centre_id=centre_id)


def times_of(now: datetime, answer_time: timedelta) -> Times:
    """By day at once; at night when the house wakes up, and the time to answer counts from there."""
    sent_at = quiet_hours.morning_after(now) if quiet_hours.is_quiet(now) else now
    return Times(sent_at, sent_at + answer_time)


def is_too_near(start_at: datetime, times: Times, notice: timedelta) -> bool:
    """Whether the last moment to answer would leave less time to come than the person needs."""
    return start_at < times.expires_at + notice


@dataclass
class _Known:
    """What is read once for all requests together."""

    reasons: dict[int, list[VisitReason]] = field(default_factory=lambda: defaultdict(list))
    slots: dict[int, list[Slot]] = field(default_factory=dict)
    followed: dict[int, list[Slot]] = field(default_factory=dict)
    pairs: set[tuple[int, int]] = field(default_factory=set)
    busy: dict[int, list[tuple[int, datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    coming: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    offered: set[tuple[int, int, datetime]] = field(default_factory=set)


def matches(
    requests: Sequence[Request],
    *,
    now: datetime,
    rules: dict[int, Rule],
    only: Collection[int] | None = None,
) -> list[Match]:
    """For each request in the order given its earliest time that suits and that nobody before it was given.

    `only` looks at the times of these practitioners; `rules` are those of the houses, by key.
    """
    known = _read(requests, now, only)
    taken: dict[int, Busy] = defaultdict(list)
    found: list[Match] = []
    for request in requests:
        for slot in _suiting(request, known):
            who = slot.reason.practitioner
            rule = rules.get(who.centre_id) or Rule(centre_id=who.centre_id)
            if is_too_near(slot.start_at, times_of(now, rule.answer_time), request.notice):
                continue
            if not _overlaps(taken[who.pk], slot.start_at, slot.blocked_until):
                taken[who.pk].append((slot.start_at, slot.blocked_until))
                found.append(Match(request, slot))
                break
    return found


def suiting(request: Request, *, now: datetime) -> list[Slot]:
    """All free times that the person wants and may have, earliest first: for the staff, who offer by hand."""
    return _suiting(request, _read([request], now))


def _read(requests: Sequence[Request], now: datetime, only: Collection[int] | None = None) -> _Known:
    known = _Known()
    for reason in _reasons(requests, only):
        known.reasons[reason.category_id].append(reason)
    flat = [reason for reasons in known.reasons.values() for reason in reasons]
    patients = [request.patient for request in requests]
    keys = [patient.pk for patient in patients]
    if flat:
        days = [request.first_day for request in requests], [request.last_day for request in requests]
        start = max(now, clock.day_bounds(min(days[0]))[0])
        end = min(clock.day_bounds(max(days[1]))[1], now + LONGEST)
        known.slots = _by_reason(free_slots(flat, start, end, now=now))
        known.followed = _by_reason(free_slots(flat, start, end, now=now, audiences=FOLLOWED))
        known.pairs = eligibility.known_practitioners(patients)
    visits = Appointment.objects.coming(now).filter(patient__in=keys).order_by()
    for pk, patient, what_for, start_at, end_at in visits.values_list(
        "pk", "patient_id", "reason_id", "start_at", "end_at"
    ):
        known.busy[patient].append((pk, start_at, end_at))
        known.coming[patient, what_for] += 1
    offers = SlotOffer.objects.filter(request__in=[request.pk for request in requests])
    for request, practitioner, start_at in offers.order_by().values_list(
        "request_id", "practitioner_id", "start_at"
    ):
        known.offered.add((request or 0, practitioner, start_at))
    return known


def _reasons(requests: Sequence[Request], only: Collection[int] | None) -> list[VisitReason]:
    practitioners = Practitioner.objects.active()
    if only is not None:
        practitioners = practitioners.filter(pk__in=only)
    return list(
        VisitReason.objects.filter(
            is_active=True,
            category__in={request.category_id for request in requests},
            practitioner__in=practitioners,
        )
        .select_related("practitioner")
        .order_by("practitioner_id", "position", "pk")
    )


def _by_reason(slots: Collection[Slot]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.reason.pk].append(slot)
    return found


def _suiting(request: Request, known: _Known) -> list[Slot]:
    chosen = {one.pk for one in request.practitioners.all()}
    found: list[Slot] = []
    for reason in known.reasons.get(request.category_id, ()):
        if (chosen and reason.practitioner_id not in chosen) or not _may_have(request, reason, known):
            continue
        follows = (request.patient_id, reason.practitioner_id) in known.pairs
        slots = known.followed if follows else known.slots
        found += [
            slot
            for slot in slots.get(reason.pk, ())
            if request.wants(slot.start_at) and _is_free_for(request, slot, known, follows=follows)
        ]
    return sorted(found, key=itemgetter(0))


def _may_have(request: Request, reason: VisitReason, known: _Known) -> bool:
    current = request.current
    if current is not None and current.practitioner_id == reason.practitioner_id:
        return reason.pk == current.reason_id  # the same visit, earlier
    if request.origin == Origin.ONLINE and reason.bookable_by != Bookability.EVERYONE:
        return False
    most = reason.max_coming_per_patient
    return most is None or current is not None or known.coming[request.patient_id, reason.pk] < most


def _is_free_for(request: Request, slot: Slot, known: _Known, *, follows: bool) -> bool:
    if (request.pk, slot.reason.practitioner_id, slot.start_at) in known.offered:
        return False
    others = [
        (start_at, end_at)
        for pk, start_at, end_at in known.busy[request.patient_id]
        if pk != request.current_id
    ]
    if _overlaps(others, slot.start_at, slot.end_at):
        return False
    return eligibility.why_not(slot.reason, request.patient, slot.start_at, known=follows) is None


def _overlaps(times: Busy, start_at: datetime, end_at: datetime) -> bool:
    return any(since < end_at and until > start_at for since, until in times)
