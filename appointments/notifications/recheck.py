"""The last look before a message leaves.

Does the visit stand as it was told? May this person still know? Where is he reached today?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import F

from appointments.models import Appointment, Delay, Status
from appointments.notifications.people import DEFAULTS
from core import clock
from core.db import Among
from core.outbox.models import Channel, OutboxMessage
from patients.models import Proxy


class Visit(NamedTuple):
    sequence: int
    status: str
    start_at: datetime
    patient_id: int
    is_gone: bool
    email: str
    phone: str


class Reached(Protocol):
    """Whose message it is, and where he is reached without an account."""

    @property
    def patient_id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...


class Contact(NamedTuple):
    email: str
    phone: str
    # week before, two days before, two hours before
    reminders: tuple[bool, bool, bool]


type Contacts = Mapping[tuple[int, int], Contact]
NO_CHOICE = (DEFAULTS.week_before, DEFAULTS.days_before, DEFAULTS.hours_before)


def addresses(
    messages: Sequence[OutboxMessage], stands: Callable[[Visit, datetime], bool], reminder: int | None = None
) -> dict[int, str]:
    """Two queries for the whole batch. `reminder` is the place of its switch among the person's choices."""
    visits = _visits({message.subject_id for message in messages if message.subject_id})
    contacts = contacts_of({visit.patient_id for visit in visits.values()})
    now = clock.now()
    found: dict[int, str] = {}
    for message in messages:
        visit = visits.get(message.subject_id or 0)
        if (
            visit is None
            or visit.is_gone
            or visit.sequence != message.payload["sequence"]
            or not stands(visit, now)
        ):
            continue
        address = address_today(message, visit, contacts, reminder)
        if address:
            found[message.pk] = address
    return found


def addresses_of_several(
    messages: Sequence[OutboxMessage], stands: Callable[[Visit, datetime], bool]
) -> dict[int, str]:
    """As `addresses`, for messages about several visits of one patient: one that stands is enough."""
    visits = _visits({key for message in messages for key in message.payload["visits"]})
    contacts = contacts_of({visit.patient_id for visit in visits.values()})
    now = clock.now()
    found: dict[int, str] = {}
    for message in messages:
        told = (visits[key] for key in message.payload["visits"] if key in visits)
        visit = next((one for one in told if not one.is_gone and stands(one, now)), None)
        if visit is not None and (address := address_today(message, visit, contacts)):
            found[message.pk] = address
    return found


def is_coming(visit: Visit, now: datetime) -> bool:
    return visit.status == Status.BOOKED and visit.start_at > now


def of_delay(messages: Sequence[OutboxMessage], *, lifted: bool) -> dict[int, str]:
    """Three queries for the batch: still booked, and the delay still stands (or is still lifted) as it was told."""
    keys = {message.payload.get("delay") for message in messages}
    rows = Delay.objects.filter(pk__in=[key for key in keys if key]).order_by()
    standing = {
        pk: (revision, at is not None) for pk, revision, at in rows.values_list("pk", "revision", "lifted_at")
    }
    current = [
        message
        for message in messages
        if standing.get(message.payload.get("delay", 0)) == (message.payload.get("revision"), lifted)
    ]
    return addresses(current, is_awaited)


def is_awaited(visit: Visit, now: datetime) -> bool:
    """Booked and not arrived; that the old time has passed does not matter to who comes late on purpose."""
    return visit.status == Status.BOOKED


def is_called_off(visit: Visit, now: datetime) -> bool:
    return visit.status == Status.CANCELLED


def address_today(
    message: OutboxMessage, visit: Reached, contacts: Contacts, reminder: int | None = None
) -> str:
    if message.recipient_id is None:
        # An account that has come meanwhile has its own messages; one that was deleted gets nothing.
        own = visit.email if message.channel == Channel.EMAIL else visit.phone
        return own if ":u" not in message.dedupe_key else ""
    contact = contacts.get((message.recipient_id, visit.patient_id))
    if contact is None or (reminder is not None and not contact.reminders[reminder]):
        return ""
    if message.channel == Channel.EMAIL:
        return contact.email
    return contact.phone or message.address


def _visits(keys: set[int]) -> dict[int, Visit]:
    rows = Appointment.objects.filter(Among(F("pk"), keys), patient__isnull=False).values_list(
        "pk",
        "sequence",
        "status",
        "start_at",
        "patient_id",
        "patient__deceased_on",
        "patient__erased_at",
        "patient__email",
        "patient__phone",
    )
    return {
        key: Visit(sequence, status, start, patient, bool(deceased or erased), email, str(phone or ""))
        for key, sequence, status, start, patient, deceased, erased, email, phone in rows.order_by()
    }


def contacts_of(patients: set[int]) -> Contacts:
    """Everybody who acts for these patients today. Who no longer does, is no longer told."""
    rows = (
        Proxy.objects.in_force()
        .filter(Among(F("patient_id"), patients), user__is_active=True)
        .values_list(
            "user_id",
            "patient_id",
            "user__email",
            "user__phone",
            "user__notice_preference__week_before",
            "user__notice_preference__days_before",
            "user__notice_preference__hours_before",
        )
    )
    contacts: dict[tuple[int, int], Contact] = defaultdict()
    for user, patient, email, phone, week, days, hours in rows.order_by():
        reminders = NO_CHOICE if week is None else (week, days, hours)
        contacts[user, patient] = Contact(email, str(phone or ""), reminders)
    return contacts
