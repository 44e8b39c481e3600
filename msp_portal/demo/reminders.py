"""The reminders of the last two months: who was reminded came more often."""

from __future__ import annotations

from datetime import timedelta

from appointments.models import Appointment, Status
from appointments.models.reminder import ReminderKind
from appointments.notifications.plan import REMINDER
from core.formats.french import full_day, hour
from core.outbox.enqueue import about
from core.outbox.models import Channel, OutboxMessage, State
from msp_portal.demo.visits import Diary

REMEMBERED = timedelta(days=60)
LEAD = timedelta(days=2)
CAME, MISSED = 0.72, 0.45


def remind(diary: Diary) -> None:
    """Those who have a telephone or an address, and booked more than two days ahead."""
    past = [
        row
        for row in diary.rows
        if diary.now - REMEMBERED < row.start_at < diary.now
        and row.status in (Status.FULFILLED, Status.NO_SHOW)
    ]
    messages = [
        _reminder(row)
        for row in past
        if diary.rng.random() < (CAME if row.status == Status.FULFILLED else MISSED) and _can_be_reminded(row)
    ]
    OutboxMessage.objects.bulk_create(messages, batch_size=5_000)


def _can_be_reminded(row: Appointment) -> bool:
    booked_ahead = row.booked_at is not None and row.booked_at < row.start_at - LEAD
    return booked_ahead and row.patient is not None and bool(row.patient.phone or row.patient.email)


def _reminder(row: Appointment) -> OutboxMessage:
    assert row.patient is not None
    assert row.booked_at is not None
    channel = Channel.SMS if row.patient.phone else Channel.EMAIL
    kind, sent_at = REMINDER + ReminderKind.DAYS_BEFORE, row.start_at - LEAD
    return OutboxMessage(
        dedupe_key=f"{kind}:{row.pk}:0:{channel}",
        kind=kind,
        channel=channel,
        address=str(row.patient.phone or row.patient.email),
        state=State.SENT,
        created_at=row.booked_at,
        due_at=sent_at,
        next_attempt_at=sent_at,
        sent_at=sent_at,
        attempts=1,
        sent_body=f"Rappel : vous avez rendez-vous {full_day(row.start_at)} à {hour(row.start_at)}.",
        **about(row),
    )
