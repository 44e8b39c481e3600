"""Fifteen full days: what « first available » must look past."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from appointments.availability import Slot, free_slots
from appointments.models import Appointment, VisitReason
from core import clock
from patients.models import Patient
from practitioners.models import Room
from tests.bench.loads import window


def fill_first_days(days: int) -> int:
    """Books whatever the search finds in the first `days` of the window, until it finds nothing; how many."""
    start = window()[0]
    reasons = list(VisitReason.objects.select_related("practitioner").order_by("practitioner_id"))
    rooms = dict(Room.objects.values_list("name", "pk"))
    end: dict[int, int] = {}
    chosen: list[Slot] = []
    for slot in free_slots(reasons, start, start + timedelta(days=days), now=clock.now()):
        if slot.start >= end.get(slot.reason.pk, 0):
            end[slot.reason.pk] = int(slot.blocked_until.timestamp())
            chosen.append(slot)
    # Somebody new each time: nobody is expected in two places.
    people = Patient.objects.bulk_create(
        Patient(birth_name=f"Deroo{n}", birth_first_names="Lou", birth_date=date(1990, 5, 2))
        for n in range(len(chosen))
    )
    Appointment.objects.bulk_create(
        (
            Appointment(
                reference=f"{n:04X}-FULL",
                practitioner_id=slot.reason.practitioner_id,
                reason=slot.reason,
                patient=patient,
                place_id=slot.opening.place_id,
                room_id=rooms[f"Salle {slot.reason.practitioner_id}"],
                start_at=slot.start_at,
                end_at=slot.end_at,
                blocked_until=slot.blocked_until,
                booked_at=clock.now(),
            )
            for n, (slot, patient) in enumerate(zip(chosen, people, strict=True))
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE appointments_appointment")
    return len(chosen)
