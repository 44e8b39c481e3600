"""What is free for one patient: the professionals' free times minus those at which he is expected elsewhere.

Two queries, however many professionals or weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from appointments.availability import Slot, free_slots
from appointments.models import Appointment, Audience, VisitReason
from appointments.seating import Seeker
from core import clock
from patients.models import Patient

# Same-day care is kept for those who cannot wait: nothing planned weeks ahead takes it.
PLANNED = frozenset(Audience.values) - {Audience.UNSCHEDULED}
# What a patient whom the house has invited may take himself.
INVITED = PLANNED - {Audience.STAFF}


class PatientTimes:
    def __init__(
        self,
        reasons: Collection[VisitReason],
        patient: Patient,
        days: tuple[date, date],
        now: datetime,
        giving_up: Collection[Appointment] = (),
        *,
        by_patient: bool = False,
    ) -> None:
        self.start = max(now, clock.day_bounds(days[0])[0])
        self.end = clock.day_bounds(days[1])[1]
        self.visits = patient_visits(patient, self.start, self.end, giving_up)
        self._free: dict[date, list[Slot]] = defaultdict(list)
        self._elsewhere: dict[date, list[tuple[Slot, datetime]]] = defaultdict(list)
        self._known: dict[tuple[int, int], Slot] = {}
        slots = free_slots(
            reasons,
            self.start,
            self.end,
            now=now,
            audiences=INVITED if by_patient else PLANNED,
            ignore_notice=not by_patient,
            giving_up=giving_up,
            seeker=Seeker(patient.pk),
        )
        for slot in slots:
            self._sort_in(slot)

    def _sort_in(self, slot: Slot) -> None:
        elsewhere = meeting(self.visits, slot.start_at, slot.end_at)
        if elsewhere is not None:
            self._elsewhere[slot.local_day].append((slot, elsewhere))
        else:
            self._free[slot.local_day].append(slot)
            self._known[slot.reason.pk, slot.start] = slot

    @property
    def days(self) -> Collection[date]:
        return self._free.keys()

    def free_on(self, day: date) -> Sequence[Slot]:
        return self._free.get(day, ())

    def elsewhere_on(self, day: date) -> Sequence[tuple[Slot, datetime]]:
        """Times that only the patient's own visits take, each with the start of that visit."""
        return self._elsewhere.get(day, ())

    def find(self, reason_id: int, start: int) -> Slot | None:
        return self._known.get((reason_id, start))


type Visits = Sequence[tuple[datetime, datetime]]


def patient_visits(
    patient: Patient, start: datetime, end: datetime, giving_up: Collection[Appointment] = ()
) -> Visits:
    """When he is expected somewhere; what a second professional adds to a visit counts once. One query."""
    rows = Appointment.objects.filter(
        occupies=True, patient=patient, accompanies=None, start_at__lt=end, end_at__gt=start
    ).exclude(pk__in=[row.pk for row in giving_up])
    return list(rows.order_by("start_at").values_list("start_at", "end_at"))


def meeting(visits: Visits, start: datetime, end: datetime) -> datetime | None:
    """The start of the visit that overlaps these times."""
    return next((since for since, until in visits if since < end and until > start), None)
