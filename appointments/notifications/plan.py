"""When reminders leave: the rules of the house and of the reason, the night in peace, nothing too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from appointments.models import Appointment, ReminderRule, SlotOffer
from appointments.models.reminder import ReminderKind
from appointments.notifications.people import Addressee
from core import clock
from core.outbox import quiet_hours
from core.outbox.enqueue import about
from core.outbox.models import Channel, OutboxMessage
from core.prepared import Asked, Question, ask, given
from practitioners.models import Practitioner

REMINDER = "appointments.reminder."


@dataclass(frozen=True)
class Reminder:
    kind: str
    lead: timedelta
    email_only: bool = False


# What a house that has set nothing gets.
DEFAULTS = (
    Reminder(ReminderKind.WEEK_BEFORE.value, timedelta(days=7), email_only=True),
    Reminder(ReminderKind.DAYS_BEFORE.value, timedelta(days=2)),
    Reminder(ReminderKind.HOURS_BEFORE.value, timedelta(hours=2)),
)


def reminders_for(appointment: Appointment) -> list[Reminder]:
    """The reason's own rule goes before the house's, the house's before the default."""
    return ask(asking_reminders(appointment))


def _rules() -> QuerySet[ReminderRule]:
    house = Practitioner.objects.filter(pk=given("practitioner")).values("centre")
    return ReminderRule.objects.filter(Q(reason_id=given("reason")) | Q(reason=None, centre__in=house))


_RULES = Question(_rules)


def asking_reminders(appointment: Appointment) -> Asked[list[Reminder]]:
    """The same, to travel with other questions."""
    asked = _RULES(reason=appointment.reason_id, practitioner=appointment.practitioner_id)
    return asked.then(_chosen)


def _chosen(rules: list[ReminderRule]) -> list[Reminder]:
    chosen: dict[str, ReminderRule] = {}
    for rule in sorted(rules, key=lambda rule: rule.reason_id is not None):
        chosen[rule.kind] = rule
    return [
        reminder
        for default in DEFAULTS
        if (reminder := _reminder(default, chosen.get(default.kind))) is not None
    ]


def _reminder(default: Reminder, rule: ReminderRule | None) -> Reminder | None:
    if rule is None:
        return default
    return Reminder(rule.kind, rule.lead, rule.email_only) if rule.is_enabled else None


def due_at(start: datetime, lead: timedelta) -> datetime:
    """Whole days are counted on the calendar: two days before 9 h is 9 h, whatever the clock does in between."""
    days = timedelta(days=lead.days)
    local = clock.local(start)
    wished = clock.at(local.date() - days, local.time()) - (lead - days)
    return quiet_hours.by_day(wished, latest=start - lead / 2)


def useful_until(start: datetime, lead: timedelta) -> datetime:
    """After two thirds of its lead a reminder is left to the next one: an outage makes it late, never double."""
    return start - lead / 3


def reminder_rows(
    appointment: Appointment, people: Sequence[Addressee], reminders: Sequence[Reminder], now: datetime
) -> list[OutboxMessage]:
    day = clock.local(appointment.start_at).date()
    rows = []
    for reminder in reminders:
        due = due_at(appointment.start_at, reminder.lead)
        if due <= now:
            continue
        for person in people:
            channel = person.channel_for_reminder(email_only=reminder.email_only)
            if channel is None or not person.wants(reminder.kind):
                continue
            row = message(REMINDER + reminder.kind, appointment, person, channel)
            row.due_at = due
            row.expires_at = useful_until(appointment.start_at, reminder.lead)
            row.merge_key = f"{row.kind}:{person.label}:{channel}:{day}"
            rows.append(row)
    return rows


def message(kind: str, appointment: Appointment, person: Addressee, channel: Channel) -> OutboxMessage:
    """About this appointment as it stands now: a later change (its sequence) makes the message pointless."""
    payload: dict[str, object] = {"sequence": appointment.sequence}
    if channel == Channel.SMS and person.email:
        payload["fallback"] = person.email
    return OutboxMessage(
        dedupe_key=f"{kind}:{appointment.pk}:{appointment.sequence}:{person.label}:{channel}",
        kind=kind,
        channel=channel,
        recipient_id=person.user_id,
        address=person.address(channel),
        language=person.language,
        payload=payload,
        due_at=clock.now(),
        **about(appointment),
    )


def offer_message(kind: str, offer: SlotOffer, person: Addressee, channel: Channel) -> OutboxMessage:
    """Leaves when the time to answer begins, never after it has ended."""
    payload: dict[str, object] = {}
    if channel == Channel.SMS and person.email:
        payload["fallback"] = person.email
    return OutboxMessage(
        dedupe_key=f"{kind}:{offer.pk}:{person.label}:{channel}",
        kind=kind,
        channel=channel,
        recipient_id=person.user_id,
        address=person.address(channel),
        language=person.language,
        payload=payload,
        due_at=offer.sent_at,
        expires_at=offer.expires_at,
        **about(offer),
    )
