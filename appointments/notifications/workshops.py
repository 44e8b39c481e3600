"""The messages about workshops: who, when, where, link. Never what the workshop is about, not even its title."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from appointments.models import Enrolment, WorkshopSession
from appointments.models.reminder import ReminderKind
from appointments.notifications.people import Addressee, people_of
from appointments.notifications.plan import due_at, useful_until
from core import clock
from core.outbox import quiet_hours
from core.outbox.enqueue import about, enqueue, withdraw
from core.outbox.models import Channel, OutboxMessage

ENROLLED = "workshops.enrolled"
WAITING = "workshops.waiting"
SEATED = "workshops.seated"
LEFT = "workshops.left"
LEFT_BY_HOUSE = "workshops.left_by_house"
MOVED = "workshops.moved"
CANCELLED = "workshops.cancelled"
REMINDER = "workshops.reminder"

REMINDER_LEAD = timedelta(days=2)
# News that nobody has just asked for: in the night it waits for the morning, if it can.
NEWS = {SEATED, LEFT_BY_HOUSE, MOVED, CANCELLED}


def enrolled(enrolment: Enrolment) -> None:
    """The confirmation now, a reminder two days before each date."""
    _tell(ENROLLED, enrolment, with_reminders=True)


def waiting(enrolment: Enrolment) -> None:
    _tell(WAITING, enrolment)


def seated(enrolment: Enrolment) -> None:
    """Somebody else gave his seat back."""
    _tell(SEATED, enrolment, with_reminders=True)


def left(enrolment: Enrolment, *, by_patient: bool) -> None:
    withdraw(enrolment)
    _tell(LEFT if by_patient else LEFT_BY_HOUSE, enrolment)


def session_moved(session: WorkshopSession, previous_start: datetime) -> None:
    """Everybody who expects this date; the reminders of all dates are written anew."""
    rows = Enrolment.objects.active().with_details().filter(cycle=session.cycle_id).order_by("pk")
    for enrolment in rows:
        withdraw(enrolment, [REMINDER])
        _tell(
            MOVED,
            enrolment,
            with_reminders=enrolment.has_seat,
            session=session,
            previous_start=previous_start.isoformat(),
        )


def session_cancelled(session: WorkshopSession, told: Iterable[Enrolment]) -> None:
    for enrolment in told:
        withdraw(enrolment, [REMINDER])
        _tell(CANCELLED, enrolment, with_reminders=enrolment.has_seat, session=session)


def rewrite_reminders(patients: Collection[int]) -> None:
    """Somebody else acts for these patients now, or wants to be told in another way."""
    now = clock.now()
    coming = WorkshopSession.objects.coming(now).values("cycle")
    rows = Enrolment.objects.enrolled().with_details().filter(patient__in=patients, cycle__in=coming)
    with transaction.atomic():
        for enrolment in rows.order_by("pk"):
            withdraw(enrolment, [REMINDER])
            dates = WorkshopSession.objects.coming(now).filter(cycle=enrolment.cycle_id)
            enqueue(
                _reminders(enrolment, dates.order_by("start_at", "pk"), people_of(enrolment.patient), now)
            )


def _tell(
    kind: str,
    enrolment: Enrolment,
    *,
    with_reminders: bool = False,
    session: WorkshopSession | None = None,
    **payload: str,
) -> None:
    now = clock.now()
    coming = list(
        WorkshopSession.objects.coming(now).filter(cycle=enrolment.cycle_id).order_by("start_at", "pk")
    )
    told = session or next(iter(coming), None)
    if told is None or told.start_at <= now:
        return
    people = people_of(enrolment.patient)
    rows = []
    for person in people:
        for channel in person.channels:
            row = _message(kind, enrolment, told, person, channel)
            row.payload |= payload
            row.due_at, row.expires_at = _when(kind, told, now), told.start_at
            rows.append(row)
    if with_reminders:
        rows += _reminders(enrolment, coming, people, now)
    enqueue(rows)


def _reminders(
    enrolment: Enrolment, coming: Iterable[WorkshopSession], people: Iterable[Addressee], now: datetime
) -> list[OutboxMessage]:
    rows = []
    for session in coming:
        due = due_at(session.start_at, REMINDER_LEAD)
        for person in people:
            channel = person.channel_for_reminder(email_only=False)
            if due <= now or channel is None or not person.wants(ReminderKind.DAYS_BEFORE.value):
                continue
            row = _message(REMINDER, enrolment, session, person, channel)
            row.due_at, row.expires_at = due, useful_until(session.start_at, REMINDER_LEAD)
            rows.append(row)
    return rows


def _message(
    kind: str, enrolment: Enrolment, session: WorkshopSession, person: Addressee, channel: Channel
) -> OutboxMessage:
    """About this enrolment and this date as they stand now: a later change of either makes it pointless."""
    payload: dict[str, object] = {
        "sequence": enrolment.sequence,
        "session": session.pk,
        "session_sequence": session.sequence,
    }
    if channel == Channel.SMS and person.email:
        payload["fallback"] = person.email
    version = f"{enrolment.sequence}:{session.pk}.{session.sequence}"
    return OutboxMessage(
        dedupe_key=f"{kind}:{enrolment.pk}:{version}:{person.label}:{channel}",
        kind=kind,
        channel=channel,
        recipient_id=person.user_id,
        address=person.address(channel),
        language=person.language,
        payload=payload,
        due_at=clock.now(),
        **about(enrolment),
    )


def _when(kind: str, session: WorkshopSession, now: datetime) -> datetime:
    if kind not in NEWS or not quiet_hours.is_quiet(now):
        return now
    morning = quiet_hours.morning_after(now)
    return morning if morning < session.start_at else now
