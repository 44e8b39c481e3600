"""All that the rules of a booking ask, under the locks of a booking, in one round trip. Reads, never writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Q

from accounts.models import User
from appointments.availability import asking_is_open
from appointments.models import Appointment
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.no_shows import Missed, asking_missed
from appointments.notifications.people import asking_accounts
from appointments.notifications.plan import Reminder, asking_reminders
from appointments.resources import asking_closures, resource_locks
from core.prepared import Asked, Lock, Question, ask_together, given, locking


class Facts(NamedTuple):
    """What holds until the transaction ends, for one hold and one patient."""

    # None where the hold is over: then it is not even locked, since whoever wants the slot now sweeps it aside.
    appointment: Appointment | None
    is_open: bool
    is_closed: bool
    missed: Missed
    accounts: list[User]
    reminders: list[Reminder]


def facts_of(held: Appointment, patient_id: int, now: datetime) -> Facts:
    return facts_and(held, patient_id, now)[0]


def facts_and(
    held: Appointment, patient_id: int, now: datetime, *beside: Asked[Any]
) -> tuple[Facts, *tuple[Any, ...]]:
    """The facts, and the answers to what is asked beside. A held row keeps its time, its room and its device."""
    _locked, rows, *answers = ask_together(
        # In the order of every booking: the agenda, the patient, then the room and the row.
        locking(
            Lock("agenda", held.practitioner_id),
            Lock("patient", patient_id, shared=False),
            *resource_locks(held),
        ),
        _HELD(key=held.pk, now=now),
        asking_is_open(held.practitioner_id, held.place_id, held.start_at, held.end_at),
        asking_closures(held),
        asking_missed(patient_id, now),
        asking_accounts(patient_id),
        asking_reminders(held),
        *beside,
    )
    facts = Facts(_one(rows), *answers[:5])
    return facts, *answers[5:]


def _held() -> AppointmentQuerySet:
    rows = Appointment.objects.filter(Q(held_until=None) | Q(held_until__gt=given("now", DateTimeField)))
    return (
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("reason", "practitioner__centre", "place", "opening")
        .order_by()
        .filter(pk=given("key"))
    )


_HELD = Question(_held)


def _one(rows: list[Appointment]) -> Appointment | None:
    for row in rows:
        # A reason belongs to the practitioner who gives it: read once.
        row.reason.practitioner = row.practitioner
        return row
    return None
