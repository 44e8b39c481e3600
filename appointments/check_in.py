"""The patient says himself that he is there: when that is possible, and whose visits a person at the door may mean.

Pure knowledge; `actions/check_in.py` writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from accounts.access import Visitor
from appointments.converters import is_reference
from appointments.models import Appointment, PlaceKind, Status
from appointments.models.appointment_queries import AppointmentQuerySet
from core import clock
from core.formats.names import plain
from patients.access import patients_of
from patients.models import Patient
from patients.search import LETTERS

BEFORE = timedelta(minutes=60)
AFTER = timedelta(minutes=30)
HERE = (Status.ARRIVED, Status.IN_PROGRESS)


def is_open(appointment: Appointment, now: datetime) -> bool:
    """Booked, in the house, today, from an hour before to half an hour after. Costs no query."""
    return (
        appointment.status == Status.BOOKED
        and appointment.place_kind == PlaceKind.CENTRE
        and clock.local(appointment.start_at).date() == clock.local(now).date()
        and appointment.start_at - BEFORE <= now <= appointment.start_at + AFTER
    )


def is_here(appointment: Appointment, now: datetime) -> bool:
    """Has arrived today and is waited for, or is with the practitioner."""
    return appointment.status in HERE and clock.local(appointment.start_at).date() == clock.local(now).date()


def visits_now(now: datetime, place_id: int | None = None) -> AppointmentQuerySet:
    """Visits whose patients may arrive now, or have arrived."""
    start, end = clock.day_bounds(clock.local(now).date())
    found = (
        Appointment.objects.with_details()
        .counted_once()
        .filter(
            status__in=[Status.BOOKED, *HERE],
            place_kind=PlaceKind.CENTRE,
            start_at__gte=max(start, now - AFTER),
            start_at__lte=min(end - timedelta(seconds=1), now + BEFORE),
        )
    )
    return found if place_id is None else found.filter(place=place_id)


def visits_of_account(user: Visitor, place_id: int, now: datetime) -> list[Appointment]:
    """Of those for whom this account acts, at this place; one query."""
    mine = patients_of(user).values("pk")
    return list(visits_now(now, place_id).filter(patient__in=mine).order_by("start_at", "pk"))


def visits_by_reference(reference: str, place_id: int, now: datetime) -> list[Appointment]:
    """The one visit of this reference, typed in any case, with or without its dash."""
    signs = "".join(reference.split()).replace("-", "").upper()
    wanted = f"{signs[:4]}-{signs[4:]}"
    if not is_reference(wanted):
        return []
    return list(visits_now(now, place_id).filter(reference=wanted))


def visits_by_birth(born: date, letters: str, place_id: int, now: datetime) -> list[Appointment]:
    """Of the one person with this date of birth whose name begins so. Twins are asked for the reference: nothing."""
    start = plain(letters)[:LETTERS]
    if len(start) < 2:
        return []
    rows = visits_now(now, place_id).filter(patient__birth_date=born).order_by("start_at", "pk")
    found = [row for row in rows if row.patient is not None and start in _beginnings(row.patient)]
    return found if len({row.patient_id for row in found}) == 1 else []


def _beginnings(patient: Patient) -> Iterable[str]:
    """A name of two letters is found by its two letters."""
    names = (patient.birth_name, patient.used_name)
    return {plain(name)[:LETTERS] for name in names if plain(name)}


def visits_shown(references: list[str], place_id: int, now: datetime) -> list[Appointment]:
    """Today's visits of these references whose patients have arrived, however long they wait already."""
    start, end = clock.day_bounds(clock.local(now).date())
    found = Appointment.objects.with_details().filter(
        reference__in=references, place=place_id, status__in=HERE, start_at__gte=start, start_at__lt=end
    )
    return list(found.order_by("start_at", "pk"))
