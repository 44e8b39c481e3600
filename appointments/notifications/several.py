"""One message about several visits: a series, or visits that belong together. Reminders stay one for each visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from appointments.models import Appointment
from appointments.notifications.people import Addressee, addressees
from appointments.notifications.plan import Reminder, reminder_rows, reminders_for
from core import clock
from core.outbox import quiet_hours
from core.outbox.enqueue import about, enqueue, withdraw
from core.outbox.models import Channel, OutboxMessage

SEVERAL_BOOKED = "appointments.several_booked"
SEVERAL_MOVED = "appointments.several_moved"
SEVERAL_CANCELLED = "appointments.several_cancelled"


def several_booked(subject: models.Model, visits: Sequence[Appointment]) -> None:
    """One confirmation with all dates; the reminders of each when their time comes."""
    _tell(SEVERAL_BOOKED, subject, visits, clock.now(), with_reminders=True)


def several_moved(subject: models.Model, visits: Sequence[Appointment]) -> None:
    """The new times in one message; the reminders of the old ones are withdrawn."""
    for visit in visits:
        withdraw(visit)
    _tell(SEVERAL_MOVED, subject, visits, _by_day(visits), with_reminders=True)


def several_cancelled(subject: models.Model, visits: Sequence[Appointment]) -> None:
    for visit in visits:
        withdraw(visit)
    _tell(SEVERAL_CANCELLED, subject, visits, _by_day(visits))


def _by_day(visits: Sequence[Appointment]) -> datetime:
    """News from the house waits for the morning, unless the first visit comes before it."""
    now = clock.now()
    if not visits or not quiet_hours.is_quiet(now):
        return now
    morning = quiet_hours.morning_after(now)
    return morning if morning < min(visit.start_at for visit in visits) else now


def _tell(
    kind: str,
    subject: models.Model,
    visits: Sequence[Appointment],
    due_at: datetime,
    *,
    with_reminders: bool = False,
) -> None:
    now = clock.now()
    visits = [visit for visit in visits if visit.start_at > now]
    people = addressees(visits[0]) if visits else []
    rows = [
        _message(kind, subject, visits, person, channel, due_at)
        for person in people
        for channel in person.channels
    ]
    if with_reminders:
        known: dict[int, list[Reminder]] = {}
        for visit in visits:
            if visit.reason_id not in known:
                known[visit.reason_id] = reminders_for(visit)
            rows += reminder_rows(visit, people, known[visit.reason_id], now)
    enqueue(rows)


def _message(
    kind: str,
    subject: models.Model,
    visits: Sequence[Appointment],
    person: Addressee,
    channel: Channel,
    due_at: datetime,
) -> OutboxMessage:
    payload: dict[str, object] = {"visits": [visit.pk for visit in visits]}
    if channel == Channel.SMS and person.email:
        payload["fallback"] = person.email
    return OutboxMessage(
        dedupe_key=_key(kind, subject, visits, f"{person.label}:{channel}"),
        kind=kind,
        channel=channel,
        recipient_id=person.user_id,
        address=person.address(channel),
        language=person.language,
        payload=payload,
        due_at=due_at,
        expires_at=max(visit.start_at for visit in visits),
        **about(subject),
    )


def _key(kind: str, subject: models.Model, visits: Sequence[Appointment], whom: str) -> str:
    first = min(visits, key=lambda visit: visit.pk)
    changes = sum(visit.sequence for visit in visits)
    return f"{kind}:{subject._meta.model_name}:{subject.pk}:{first.pk}:{len(visits)}:{changes}:{whom}"
