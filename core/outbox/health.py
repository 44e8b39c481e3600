"""Do messages leave? The heartbeat of the sweeps and the age of what is overdue, whatever processes say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Min

from core import clock
from core.outbox.models import Channel, OutboxMessage, OutboxQuerySet, State, Sweep

# Beat sweeps every ten seconds: six missed ones are no hiccup.
ALIVE_WITHIN = timedelta(seconds=60)
LATE_AFTER = timedelta(minutes=10)


def beat(now: datetime | None = None) -> None:
    """A sweep has begun. Lost in a crash of the database it would only look ten seconds older: no wait for the disk."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        Sweep.objects.bulk_create(
            [Sweep(id=1, at=now or clock.now())],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["at"],
        )


def last_sweep() -> datetime | None:
    return Sweep.objects.values_list("at", flat=True).first()


def is_alive(now: datetime | None = None) -> bool:
    """Beat, broker and worker do their part: a sweep began within the last minute."""
    last = last_sweep()
    return last is not None and (now or clock.now()) - last <= ALIVE_WITHIN


@dataclass(frozen=True)
class ChannelHealth:
    channel: Channel
    overdue: int
    oldest_overdue_at: datetime | None
    last_error: str
    sent_in_a_day: int
    failed_in_a_week: int

    def is_late(self, now: datetime) -> bool:
        return self.oldest_overdue_at is not None and now - self.oldest_overdue_at > LATE_AFTER


@dataclass(frozen=True)
class Health:
    at: datetime
    last_sweep_at: datetime | None
    channels: list[ChannelHealth]

    @property
    def is_alive(self) -> bool:
        return self.last_sweep_at is not None and self.at - self.last_sweep_at <= ALIVE_WITHIN

    @property
    def late_channels(self) -> list[ChannelHealth]:
        return [channel for channel in self.channels if channel.is_late(self.at)]

    @property
    def failed(self) -> int:
        return sum(channel.failed_in_a_week for channel in self.channels)

    @property
    def is_well(self) -> bool:
        return self.is_alive and not self.late_channels and self.failed == 0


def snapshot() -> Health:
    """Five queries, none of which looks at messages of the future."""
    now = clock.now()
    overdue = OutboxMessage.objects.filter(state=State.DUE, channel__in=Channel.values, due_at__lte=now)
    late = {
        channel: (number, oldest)
        for channel, number, oldest in overdue.values_list("channel")
        .annotate(Count("pk"), Min("due_at"))
        .order_by()
    }
    errors = dict(
        overdue.exclude(last_error="")
        .order_by("channel", "-next_attempt_at")
        .distinct("channel")
        .values_list("channel", "last_error")
    )
    sent = _by_channel(OutboxMessage.objects.filter(state=State.SENT, sent_at__gte=now - timedelta(days=1)))
    failed = _by_channel(
        OutboxMessage.objects.filter(state=State.FAILED, created_at__gte=now - timedelta(days=7))
    )
    return Health(
        at=now,
        last_sweep_at=last_sweep(),
        channels=[
            ChannelHealth(
                channel=channel,
                overdue=late.get(channel, (0, None))[0],
                oldest_overdue_at=late.get(channel, (0, None))[1],
                last_error=errors.get(channel, ""),
                sent_in_a_day=sent.get(channel, 0),
                failed_in_a_week=failed.get(channel, 0),
            )
            for channel in Channel
        ],
    )


def _by_channel(messages: OutboxQuerySet) -> dict[str, int]:
    return dict(messages.values_list("channel").annotate(Count("pk")).order_by())
