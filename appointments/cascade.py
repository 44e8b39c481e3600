"""Many visits that cannot be kept, each with the best that can be proposed. Pure: reads a constant number of times.

`propose` is for whoever moves many visits at once: an absence, a closed room, a day that falls away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q

from appointments import eligibility
from appointments.availability import Slot, free_slots
from appointments.cascade_places import Given, Places
from appointments.models import Appointment, SlotOffer, Status, VisitReason
from appointments.models import WaitingListRule as Rule
from appointments.models.cascade import Step
from appointments.seating import NOBODY
from appointments.supervision import pairs_of_stays
from appointments.waiting import FOLLOWED, LONGEST, is_too_near, times_of
from patients.models import Patient, Proxy

USUAL_STEPS = [Step.SAME, Step.OTHER, Step.WAIT, Step.CALL]
# Whoever is offered another hour still needs to arrange himself.
NOTICE = timedelta(hours=2)

type Times = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Proposal:
    """What one patient gets: a time that nobody else of the list gets, or another way."""

    appointment: Appointment
    step: Step
    slot: Slot | None = None


@dataclass
class _Given:
    """Times that are spoken for in this very plan."""

    practitioners: dict[int, Times] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, Times] = field(default_factory=lambda: defaultdict(list))
    patients: dict[int, Times] = field(default_factory=lambda: defaultdict(list))

    def has_room_for(self, slot: Slot, patient: int) -> bool:
        room = slot.opening.room_id
        return not (
            _overlaps(self.practitioners[slot.reason.practitioner_id], slot.start_at, slot.blocked_until)
            or (room is not None and _overlaps(self.rooms[room], slot.start_at, slot.blocked_until))
            or _overlaps(self.patients[patient], slot.start_at, slot.end_at)
        )

    def give(self, slot: Slot, patient: int) -> None:
        self.practitioners[slot.reason.practitioner_id].append((slot.start_at, slot.blocked_until))
        if slot.opening.room_id is not None:
            self.rooms[slot.opening.room_id].append((slot.start_at, slot.blocked_until))
        self.patients[patient].append((slot.start_at, slot.end_at))


def propose(
    appointments: Sequence[Appointment],
    steps: Sequence[Step] = USUAL_STEPS,
    *,
    within_days: int,
    now: datetime,
    rule: Rule | None = None,
    given: Collection[Given] = (),
    places: Places | None = None,
) -> list[Proposal]:
    """One proposal per visit, whoever comes first in turn choosing first; no time is proposed twice.

    Steps are tried in their order, « call » comes last of itself. `given` holds (practitioner, start, end) that are
    spoken for elsewhere; `places` says where else and in which turn. Visits come with patient, reason and practitioner;
    ten queries for any number of them, and what `places` reads.
    """
    places = places or Places()
    ordered = sorted(appointments, key=places.in_turn)
    search = _Search(ordered, within_days, now, rule or Rule(), places)
    spoken_for = _spoken_for(given)
    places.read_seats(ordered, given)
    return [_one(visit, steps, search, spoken_for) for visit in ordered]


def _spoken_for(given: Collection[Given]) -> _Given:
    found = _Given()
    for practitioner, start_at, end_at in given:
        found.practitioners[practitioner].append((start_at, end_at))
    return found


def _one(visit: Appointment, steps: Sequence[Step], search: _Search, given: _Given) -> Proposal:
    patient = visit.patient_id
    if patient is None or patient not in search.reachable or visit.pk in search.together:
        return Proposal(visit, Step.CALL)
    for step in steps:
        if step in (Step.WAIT, Step.CALL):
            return Proposal(visit, step)
        for slot in search.slots(visit, step):
            if given.has_room_for(slot, patient) and search.places.has_seat(slot, visit):
                given.give(slot, patient)
                search.places.give_seat(slot, visit)
                return Proposal(visit, step, slot)
    return Proposal(visit, Step.CALL)


class _Search:
    """What is read once for all visits together."""

    def __init__(
        self, visits: Sequence[Appointment], within_days: int, now: datetime, rule: Rule, places: Places
    ) -> None:
        self.now, self.span, self.places = now, min(timedelta(days=within_days), LONGEST), places
        self.times = times_of(now, rule.replacement_time)
        patients = {visit.patient.pk: visit.patient for visit in visits if visit.patient is not None}
        self.reachable = reachable(patients.values())
        self.together = _together(visits)
        # A trainee never stands in for the one who answers for him.
        self.trainees = pairs_of_stays({visit.practitioner_id for visit in visits})
        self.reasons = places.reasons(visits)
        end = max((visit.start_at for visit in visits), default=now) + self.span
        self.public: dict[int, list[Slot]] = defaultdict(list)
        self.followed: dict[int, list[Slot]] = defaultdict(list)
        seeker = None if places.counts_seats else NOBODY
        for slot in free_slots(self.reasons, now, end, now=now, ignore_notice=True, seeker=seeker):
            self.public[slot.reason.pk].append(slot)
        wider = FOLLOWED | places.audiences
        for slot in free_slots(
            self.reasons, now, end, now=now, audiences=wider, ignore_notice=True, seeker=seeker
        ):
            self.followed[slot.reason.pk].append(slot)
        self.pairs = eligibility.known_practitioners(list(patients.values())) if patients else set()
        self.busy = _busy(patients, now)
        self.offered = _offered(visits)

    def slots(self, visit: Appointment, step: Step) -> Iterator[Slot]:
        """The best first, as the places have it."""
        found = [
            slot
            for reason in self.reasons
            if self._may_stand_in(visit, reason, step)
            for slot in (self.followed if self._is_open(visit, reason) else self.public)[reason.pk]
            if self._fits(visit, slot, step)
        ]
        yield from sorted(found, key=self.places.key(visit, step))

    def _may_stand_in(self, visit: Appointment, reason: VisitReason, step: Step) -> bool:
        pair = (visit.practitioner_id, reason.practitioner_id)
        return self.places.suits(visit, reason, step) and (step == Step.SAME or pair not in self.trainees)

    def _is_open(self, visit: Appointment, reason: VisitReason) -> bool:
        return self._follows(visit, reason) or self.places.admits(visit, reason)

    def _follows(self, visit: Appointment, reason: VisitReason) -> bool:
        return (visit.patient_id, reason.practitioner_id) in self.pairs

    def _fits(self, visit: Appointment, slot: Slot, step: Step) -> bool:
        if step == Step.SAME and slot.start_at <= visit.start_at and not self.places.may_be_earlier:
            return False
        if abs(slot.start_at - visit.start_at) > self.span:
            return False
        if is_too_near(slot.start_at, self.times, NOTICE):
            return False
        if (visit.pk, slot.reason.practitioner_id, slot.start_at) in self.offered:
            return False
        if visit.patient is None or self._is_busy(visit, slot):
            return False
        # Who is followed by this professional stays so; a colleague's own rules hold.
        known = step == Step.SAME or self._follows(visit, slot.reason)
        return eligibility.why_not(slot.reason, visit.patient, slot.start_at, known=known) is None

    def _is_busy(self, visit: Appointment, slot: Slot) -> bool:
        others = [(since, until) for pk, since, until in self.busy[visit.patient_id or 0] if pk != visit.pk]
        return _overlaps(others, slot.start_at, slot.end_at)


def options(
    visit: Appointment,
    *,
    within_days: int,
    now: datetime,
    rule: Rule,
    given: Collection[Given],
    count: int = 8,
    places: Places | None = None,
) -> dict[Step, list[Slot]]:
    """What the team may choose for one patient instead, clear of what the plan gives to the others."""
    places = places or Places()
    search = _Search([visit], within_days, now, rule, places)
    spoken_for = _spoken_for(given)
    places.read_seats([visit], given)
    found: dict[Step, list[Slot]] = {}
    for step in (Step.SAME, Step.OTHER):
        free = (
            one
            for one in search.slots(visit, step)
            if spoken_for.has_room_for(one, visit.patient_id or 0) and places.has_seat(one, visit)
        )
        found[step] = sorted(islice(free, count), key=lambda slot: slot.start)
    return found


def reachable(patients: Collection[Patient]) -> set[int]:
    """Who can be written to: an account that acts for him, or an address of his own. One query."""
    acted_for = Proxy.objects.in_force().filter(
        patient__in=[patient.pk for patient in patients], user__is_active=True
    )
    by_account = set(acted_for.values_list("patient_id", flat=True))
    return by_account | {patient.pk for patient in patients if patient.email or patient.phone}


def _together(visits: Sequence[Appointment]) -> set[int]:
    """Two professionals at once are moved together, by hand."""
    keys = [visit.pk for visit in visits]
    rows = Appointment.objects.filter(Q(accompanies__in=keys) | Q(pk__in=keys, accompanies__isnull=False))
    found = rows.exclude(status=Status.CANCELLED).values_list("pk", "accompanies_id")
    return {key for pair in found for key in pair if key is not None}


def _busy(patients: Collection[int], now: datetime) -> dict[int, list[tuple[int, datetime, datetime]]]:
    found: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    coming = Appointment.objects.coming(now).filter(patient__in=patients).order_by()
    for pk, patient, start_at, end_at in coming.values_list("pk", "patient_id", "start_at", "end_at"):
        found[patient].append((pk, start_at, end_at))
    return found


def _offered(visits: Sequence[Appointment]) -> set[tuple[int, int, datetime]]:
    """What the person has been offered in place of this very visit is not offered again."""
    offers = SlotOffer.objects.filter(replaces__in=[visit.pk for visit in visits]).exclude(state="withdrawn")
    rows = offers.order_by().values_list("replaces_id", "practitioner_id", "start_at")
    return {(replaces or 0, practitioner, start_at) for replaces, practitioner, start_at in rows}


def _overlaps(times: Times, start_at: datetime, end_at: datetime) -> bool:
    return any(since < end_at and until > start_at for since, until in times)
