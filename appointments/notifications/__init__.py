"""The messages that this room sends. Called inside the transaction of the action that makes them necessary.

Who, when, where, link: no message says what the visit is for. What is written here is looked at again when it leaves:
an appointment that has been cancelled, moved or that has passed meanwhile sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.models import Appointment, Delay, SlotOffer
from appointments.notifications.people import Addressee, addressees
from appointments.notifications.plan import (
    REMINDER,
    Reminder,
    message,
    offer_message,
    reminder_rows,
    reminders_for,
)
from appointments.notifications.several import several_booked, several_cancelled, several_moved
from core import clock
from core.outbox import quiet_hours
from core.outbox.enqueue import enqueue, withdraw
from core.outbox.models import OutboxMessage, State
from patients.models import Proxy

BOOKED = "appointments.booked"
MOVED = "appointments.moved"
MOVED_BY_CENTRE = "appointments.moved_by_centre"
CANCELLED = "appointments.cancelled"
CANCELLED_BY_CENTRE = "appointments.cancelled_by_centre"
DISRUPTED = "appointments.disrupted"
LATE = "appointments.late"
ON_TIME = "appointments.on_time"
OFFERED = "appointments.offered"
REPLACEMENT = "appointments.replacement"

__all__ = [
    "booked",
    "booking_messages",
    "cancelled",
    "disrupted",
    "known_start",
    "late",
    "moved",
    "offered",
    "on_time_again",
    "preferences_changed",
    "records_changed_hands",
    "rescheduled",
    "several_booked",
    "several_cancelled",
    "several_moved",
]


def booked(appointment: Appointment) -> None:
    """The confirmation now, the reminders when their time comes."""
    _tell(BOOKED, appointment, with_reminders=True)


def booking_messages(
    appointment: Appointment, people: Sequence[Addressee], reminders: Sequence[Reminder]
) -> list[OutboxMessage]:
    """The same, for who has asked already whom to tell and when to remind, and writes them with the rest."""
    now = clock.now()
    if not people or appointment.start_at <= now:
        return []
    return _news(BOOKED, appointment, people, now) + reminder_rows(appointment, people, reminders, now)


def moved(appointment: Appointment, previous_start: datetime, *, by_patient: bool = True) -> None:
    """The new time now; reminders of the old one are withdrawn and new ones written."""
    withdraw(appointment)
    _tell(
        MOVED if by_patient else MOVED_BY_CENTRE,
        appointment,
        with_reminders=True,
        previous_start=previous_start.isoformat(),
    )


def known_start(appointment: Appointment) -> datetime | None:
    """The hour that the patient has last been told; None while not even the confirmation has left."""
    waiting = OutboxMessage.objects.waiting_for(appointment).exclude(kind__startswith=REMINDER)
    told: list[str] = []
    for kind, payload in waiting.order_by("created_at", "pk").values_list("kind", "payload"):
        if kind == BOOKED:
            return None
        if previous := payload.get("previous_start"):
            told.append(previous)
    return datetime.fromisoformat(told[0]) if told else appointment.start_at


def rescheduled(
    appointment: Appointment, known: datetime | None, *, is_news: bool, not_before: datetime | None = None
) -> None:
    """What the patient does not know yet, once it is sure to stay; reminders by the time as it stands."""
    withdraw(appointment)
    if known is None:
        _tell(BOOKED, appointment, with_reminders=True, not_before=not_before)
    elif is_news:
        _tell(
            MOVED_BY_CENTRE,
            appointment,
            with_reminders=True,
            not_before=not_before,
            previous_start=known.isoformat(),
        )
    else:
        people = addressees(appointment)
        enqueue(reminder_rows(appointment, people, reminders_for(appointment), clock.now()))


def cancelled(appointment: Appointment, by_patient: bool) -> None:
    """Reminders are withdrawn; everybody who expected the visit is told."""
    withdraw(appointment)
    _tell(CANCELLED if by_patient else CANCELLED_BY_CENTRE, appointment)


def disrupted(appointment: Appointment, *, not_before: datetime | None = None) -> None:
    """The house cannot keep the promised time and looks for another one with the patient. Once per time promised."""
    _tell(DISRUPTED, appointment.accompanies or appointment, not_before=not_before)


def offered(offer: SlotOffer) -> None:
    """A free time is kept for him until he answers, by every means that he has chosen. Useless once it is over."""
    kind = OFFERED if offer.replaces_id is None else REPLACEMENT
    enqueue(
        [
            offer_message(kind, offer, person, channel)
            for person in addressees(offer)
            for channel in person.channels
        ]
    )


def late(appointment: Appointment, delay: Delay) -> None:
    """The practitioner runs late today: at once, in the evening too. Another length replaces what has not left yet."""
    withdraw(appointment, [LATE, ON_TIME])
    _about_delay(LATE, appointment, delay, appointment.start_at + delay.length)


def on_time_again(appointment: Appointment, delay: Delay) -> bool:
    """The delay is made up: only who has read of it is told. Whether anybody is."""
    withdraw(appointment, [LATE])
    told = OutboxMessage.objects.filter(
        subject_type=appointment._meta.label_lower, subject_id=appointment.pk, kind=LATE, state=State.SENT
    )
    if not told.exists():
        return False
    _about_delay(ON_TIME, appointment, delay, appointment.start_at)
    return True


def preferences_changed(user: AbstractBaseUser) -> None:
    """Reminders of his coming appointments are written anew by the new preferences."""
    now = clock.now()
    with transaction.atomic():
        mine = Proxy.objects.in_force().filter(user_id=user.pk).values("patient_id")
        coming = Appointment.objects.coming(now).counted_once()
        for appointment in coming.filter(patient_id__in=mine).with_details():
            OutboxMessage.objects.waiting_for(appointment).filter(
                kind__startswith=REMINDER, recipient_id=user.pk
            ).update(state=State.CANCELLED, payload={})
            people = [person for person in addressees(appointment) if person.user_id == user.pk]
            enqueue(reminder_rows(appointment, people, reminders_for(appointment), now))


def records_changed_hands(patients: Collection[int]) -> None:
    """Reminders of the coming appointments of these patients go to whoever acts for them now."""
    now = clock.now()
    with transaction.atomic():
        coming = Appointment.objects.coming(now).counted_once()
        for appointment in coming.filter(patient_id__in=patients).with_details():
            OutboxMessage.objects.waiting_for(appointment).filter(kind__startswith=REMINDER).update(
                state=State.CANCELLED, payload={}
            )
            enqueue(reminder_rows(appointment, addressees(appointment), reminders_for(appointment), now))


def _tell(
    kind: str,
    appointment: Appointment,
    *,
    with_reminders: bool = False,
    not_before: datetime | None = None,
    **payload: object,
) -> None:
    now = clock.now()
    people = addressees(appointment)
    if not people or appointment.start_at <= now:
        return
    rows = _news(kind, appointment, people, now, not_before=not_before, **payload)
    if with_reminders:
        rows += reminder_rows(appointment, people, reminders_for(appointment), now)
    enqueue(rows)


def _news(
    kind: str,
    appointment: Appointment,
    people: Sequence[Addressee],
    now: datetime,
    *,
    not_before: datetime | None = None,
    **payload: object,
) -> list[OutboxMessage]:
    rows = []
    for person in people:
        for channel in person.channels:
            row = message(kind, appointment, person, channel)
            row.payload |= payload
            row.due_at = max(_when(kind, appointment, now), not_before or now)
            row.expires_at = appointment.start_at
            rows.append(row)
    return rows


def _about_delay(kind: str, appointment: Appointment, delay: Delay, useful_until: datetime) -> None:
    rows = []
    for person in addressees(appointment):
        for channel in person.channels:
            row = message(kind, appointment, person, channel)
            row.dedupe_key += f":{delay.pk}.{delay.revision}"
            row.payload |= {"delay": delay.pk, "revision": delay.revision, "minutes": delay.minutes}
            row.expires_at = useful_until
            if useful_until > row.due_at:
                rows.append(row)
    enqueue(rows)


def _when(kind: str, appointment: Appointment, now: datetime) -> datetime:
    """What the person has just done is confirmed at once; news from the house waits for the morning, if it can."""
    if kind not in {MOVED_BY_CENTRE, CANCELLED_BY_CENTRE, DISRUPTED} or not quiet_hours.is_quiet(now):
        return now
    morning = quiet_hours.morning_after(now)
    return morning if morning < appointment.start_at else now
