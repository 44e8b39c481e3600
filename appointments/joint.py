"""Two professionals for one patient: together in one room, or one after the other; each of one person or any of a set.

Pure: three queries, however many professionals or days. What is found here is asked again, under lock, by
`actions/book_joint.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q

from appointments.availability import Slot, free_slots
from appointments.models import Appointment, AppointmentChain, Half, PlaceKind, Status, VisitReason
from appointments.patient_times import PLANNED, Visits, meeting, patient_visits
from appointments.seating import Seeker
from core import clock
from patients.models import Patient

MOST = 40
HALVES = {Half.MORNING.value: (0, 12), Half.AFTERNOON.value: (12, 24)}


class Pair(NamedTuple):
    """Together, `first` is the host: the patient is in his room, and `second` joins them there.

    One after the other, `first` comes first.
    """

    first: Slot
    second: Slot

    @property
    def local_day(self) -> date:
        return self.first.local_day

    @property
    def end_at(self) -> datetime:
        return max(self.first.end_at, self.second.end_at)

    @property
    def wait(self) -> int:
        """Minutes between the two visits; 0 for two at once."""
        return max(0, (self.second.start - int(self.first.end_at.timestamp())) // 60)

    @property
    def value(self) -> str:
        return f"{self.first.value}_{self.second.value}"


@dataclass(frozen=True)
class JointWish:
    """`ones` and `others`: for each side the reasons of those who may receive."""

    ones: Sequence[VisitReason]
    others: Sequence[VisitReason]
    is_together: bool = True
    at_least: int = 0
    at_most: int = 30
    any_order: bool = False


def joint_slots(
    wish: JointWish, patient: Patient, start: datetime, end: datetime, *, now: datetime
) -> list[Pair]:
    """All pairs whose first visit begins in [start, end[, in order of time.

    Each professional is free for his own duration and buffer, both at the same place, and the patient is nowhere else.
    Together they begin at the same time; the longer visit (else that of the first side) is the host's, so that his room
    holds the patient to the end, and the other's own room does not matter; who comes by video is never the host.
    One after the other, at least and at most so many minutes pass between the end and the beginning.
    """
    reasons = list({reason.pk: reason for reason in (*wish.ones, *wish.others)}.values())
    if not wish.ones or not wish.others or end <= start:
        return []
    longest = max(reason.duration + reason.buffer for reason in reasons)
    later = end if wish.is_together else end + longest + timedelta(minutes=wish.at_most)
    visits = patient_visits(patient, start, later + longest)
    seeker = Seeker(patient.pk)
    in_rooms = free_slots(
        reasons, start, later, now=now, audiences=PLANNED, ignore_notice=True, seeker=seeker
    )
    if wish.is_together:
        guests = free_slots(
            reasons,
            start,
            later,
            now=now,
            audiences=PLANNED,
            ignore_notice=True,
            without_rooms=True,
            seeker=seeker,
        )
        pairs = _together(wish, _by_reason(in_rooms), _by_reason(guests))
    else:
        pairs = _in_turn(wish, _by_reason(in_rooms), end)
    free = {pair.value: pair for pair in pairs if _is_patient_free(pair, visits)}
    return sorted(free.values(), key=lambda pair: (pair.first.start, pair.second.start, pair.value))


def earliest(
    wish: JointWish, patient: Patient, start: datetime, end: datetime, *, now: datetime, half: str = ""
) -> list[Pair]:
    """What a screen offers: for each beginning and couple of professionals the shortest wait, earliest first."""
    shown: dict[tuple[int, int, int], Pair] = {}
    low, high = HALVES.get(half, (0, 24))
    for pair in joint_slots(wish, patient, start, end, now=now):
        if not low <= clock.local(pair.first.start_at).hour < high:
            continue
        key = (pair.first.start, pair.first.reason.pk, pair.second.reason.pk)
        if key not in shown or pair.wait < shown[key].wait:
            shown[key] = pair
    return list(shown.values())[:MOST]


def other_of_chain(visit: Appointment) -> Appointment | None:
    """The visit that the patient has before or after this one on purpose, if it still stands; one query."""
    chain = (
        AppointmentChain.objects.filter(Q(first=visit) | Q(second=visit))
        .select_related("first__practitioner", "second__practitioner")
        .first()
    )
    if chain is None:
        return None
    other = chain.second if chain.first_id == visit.pk else chain.first
    return other if other.status == Status.BOOKED else None


def _by_reason(slots: Sequence[Slot]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.reason.pk].append(slot)
    for own in found.values():
        own.sort(key=attrgetter("start"))
    return found


def _couples(wish: JointWish) -> Iterator[tuple[VisitReason, VisitReason]]:
    for one in wish.ones:
        for other in wish.others:
            if one.practitioner_id != other.practitioner_id:
                yield one, other


def _host_and_guest(one: VisitReason, other: VisitReason) -> tuple[VisitReason, VisitReason] | None:
    """In whose room the patient is. Who is only on a screen never is the host: a nurse is beside the patient, in her
    room, for as long as the screen is lit; a visit of hers that ends before is none.
    """
    at_a_distance = PlaceKind.VIDEO
    if (one.place_kind == at_a_distance) != (other.place_kind == at_a_distance):
        host, guest = (other, one) if one.place_kind == at_a_distance else (one, other)
        return (host, guest) if host.duration_minutes >= guest.duration_minutes else None
    return (one, other) if one.duration_minutes >= other.duration_minutes else (other, one)


def _together(wish: JointWish, hosts: dict[int, list[Slot]], guests: dict[int, list[Slot]]) -> Iterator[Pair]:
    for one, other in _couples(wish):
        roles = _host_and_guest(one, other)
        if roles is None:
            continue
        host, guest = roles
        at: dict[int, list[Slot]] = defaultdict(list)
        for slot in guests.get(guest.pk, ()):
            at[slot.start].append(slot)
        for first in hosts.get(host.pk, ()):
            for second in at.get(first.start, ()):
                if _same_place(first, second):
                    yield Pair(first, second)


def _in_turn(wish: JointWish, slots: dict[int, list[Slot]], end: datetime) -> Iterator[Pair]:
    couples = list(_couples(wish))
    if wish.any_order:
        couples += [(other, one) for one, other in couples]
    last = end.timestamp()
    for one, other in couples:
        seconds = slots.get(other.pk, [])
        for first in slots.get(one.pk, ()):
            if first.start >= last:
                break
            over = first.start + one.duration_minutes * 60
            low = bisect_left(seconds, over + wish.at_least * 60, key=attrgetter("start"))
            high = bisect_right(seconds, over + wish.at_most * 60, key=attrgetter("start"))
            for second in seconds[low:high]:
                if _same_place(first, second) and not _share_a_room(first, second):
                    yield Pair(first, second)


def _same_place(first: Slot, second: Slot) -> bool:
    """Nobody crosses the town between two visits; a video or a telephone is everywhere."""
    if PlaceKind.CENTRE not in (first.reason.place_kind, second.reason.place_kind):
        return True
    if first.reason.place_kind != second.reason.place_kind:
        return PlaceKind.HOME not in (first.reason.place_kind, second.reason.place_kind)
    return first.opening.place_id == second.opening.place_id


def _share_a_room(first: Slot, second: Slot) -> bool:
    """The room is still kept for the first when the second would begin."""
    room = first.opening.room_id
    return room is not None and room == second.opening.room_id and second.start_at < first.blocked_until


def _is_patient_free(pair: Pair, visits: Visits) -> bool:
    return not any(meeting(visits, slot.start_at, slot.end_at) for slot in pair)
