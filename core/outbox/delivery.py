"""From due rows to carriers: claim, look again, write, carry, settle."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

import structlog
from django.db import transaction
from django.utils import translation

from core import clock
from core.outbox import quiet_hours, registry, settle
from core.outbox.claim import claim, give_back, lease, postpone
from core.outbox.gateways import Gateway, GatewayDown, Outcome, Parcel, Result, for_channel
from core.outbox.gateways.base import TIMEOUT_SECONDS
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Quiet
from core.outbox.rendering import Rendered

log = structlog.get_logger(__name__)

# A carrier that is away is asked again so much later.
PAUSE_WHEN_DOWN = timedelta(seconds=30)
NOT_READ = Rendered("", "")


@dataclass(frozen=True)
class Ready:
    """One message about to leave, and the rows that it also speaks for."""

    row: OutboxMessage
    companions: Sequence[OutboxMessage]
    content: Rendered

    @property
    def rows(self) -> list[OutboxMessage]:
        return [self.row, *self.companions]


def deliver(channel: str | None = None, *, seconds: float = 40) -> int:
    """Send what is due until nothing is, or for so long. Answers how many rows were taken up."""
    channels = [channel] if channel else list(Channel.values)
    taken = 0
    for name in channels:
        ends = time.monotonic() + seconds / len(channels)
        gateway = for_channel(name)
        while time.monotonic() < ends:
            started = time.monotonic()
            rows = claim(name, gateway.claim_size)
            taken += len(rows)
            if not rows or not _carry(gateway, rows, started):
                break
    return taken


def _carry(gateway: Gateway, rows: list[OutboxMessage], started: float) -> bool:
    """False when the carrier is away and the rest of the queue can only wait."""
    ready = _write(_look_again(rows), gateway)
    if not ready:
        return True
    # The last one must be settled before its lease ends and somebody else takes it up.
    ends = started + lease().total_seconds() - 2 * TIMEOUT_SECONDS
    waiting = list(ready)
    try:
        with gateway:
            for chunk in batched(ready, gateway.chunk_size):
                if time.monotonic() > ends:
                    break
                waiting = waiting[len(chunk) :]
                _send(gateway, chunk)
    except GatewayDown as down:
        log.warning("outbox.gateway_down", waiting=len(waiting), reason=str(down))
        _give_back(waiting, PAUSE_WHEN_DOWN, str(down))
        return False
    _give_back(waiting, timedelta(0), "")
    return True


def _send(gateway: Gateway, chunk: Sequence[Ready]) -> None:
    parcels = [Parcel(str(item.row.key), item.row.address, item.content) for item in chunk]
    try:
        results = gateway.send(parcels)
    except GatewayDown as down:
        # Counted for these: one that breaks the carrier every time must not hold up the others for ever.
        for item in chunk:
            _settle_unsent(item, Result(Outcome.RETRY, str(down)))
        raise
    except Exception as error:  # noqa: BLE001 - whatever a carrier's library raises is a failed attempt
        log.warning("outbox.gateway_error", error=type(error).__name__)
        results = [Result(Outcome.RETRY, f"Erreur du transporteur ({type(error).__name__})")] * len(chunk)
    if not gateway.needs_content and all(result.outcome is Outcome.SENT for result in results):
        settle.sent_unread([row for item in chunk for row in item.rows], clock.now())
        return
    with transaction.atomic():
        for item, result in zip(chunk, results, strict=True):
            if result.outcome is Outcome.SENT:
                settle.sent(item.row, item.companions, item.content, result)
            else:
                _settle_unsent(item, result)


def _settle_unsent(item: Ready, result: Result) -> None:
    for row in item.rows:
        settle.unsent(row, result)


def _give_back(waiting: Sequence[Ready], pause: timedelta, error: str) -> None:
    rows = [row for item in waiting for row in item.rows]
    if rows:
        give_back(rows, clock.now() + pause, error)


def _by_kind(rows: Sequence[OutboxMessage]) -> dict[str, list[OutboxMessage]]:
    kinds: dict[str, list[OutboxMessage]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    return kinds


def _look_again(rows: Sequence[OutboxMessage]) -> list[OutboxMessage]:
    """Those that still make sense, readdressed to where their people are reached today."""
    wanted: list[OutboxMessage] = []
    now = clock.now()
    for name, same in _by_kind(rows).items():
        kind = registry.find(name)
        if kind is None:
            _fail_all(same, "Nature de message inconnue de cette version du portail")
            continue
        settle.stale(row for row in same if row.expires_at is not None and row.expires_at <= now)
        fresh = [row for row in same if row.expires_at is None or row.expires_at > now]
        wanted += _still_wanted(kind, _by_day(kind, fresh, now))
    return wanted


def _by_day(kind: Kind, rows: list[OutboxMessage], now: datetime) -> list[OutboxMessage]:
    """In the night, only what the person has just asked for or what cannot wait."""
    if kind.quiet is Quiet.IGNORES or not quiet_hours.is_quiet(now):
        return rows
    morning = quiet_hours.morning_after(now)
    too_late = [row for row in rows if row.expires_at is not None and row.expires_at <= morning]
    postpone([row for row in rows if row not in too_late], morning)
    if kind.quiet is Quiet.WAITS_IF_IT_CAN:
        return too_late
    settle.stale(too_late)
    return []


def _still_wanted(kind: Kind, rows: list[OutboxMessage]) -> list[OutboxMessage]:
    if not rows:
        return []
    try:
        addresses = kind.addresses(rows)
    except Exception as error:  # noqa: BLE001 - a room's mistake costs its own messages an attempt, not the queue
        if len(rows) > 1:
            return [row for alone in rows for row in _still_wanted(kind, [alone])]
        _fail_all(rows, f"Vérification impossible ({type(error).__name__})")
        return []
    settle.stale(row for row in rows if row.pk not in addresses)
    kept = [row for row in rows if row.pk in addresses]
    for row in kept:
        row.address = addresses[row.pk]
    return kept


def _write(rows: Sequence[OutboxMessage], gateway: Gateway) -> list[Ready]:
    groups = _groups(rows)
    if not gateway.needs_content:
        return [Ready(first, others, NOT_READ) for first, *others in groups]
    ready: list[Ready] = []
    for name, same in _by_kind(rows).items():
        kind = registry.find(name)
        if kind is not None:
            ready += _write_kind(kind, [group for group in groups if group[0].kind == name], same)
    return ready


def _write_kind(kind: Kind, groups: list[list[OutboxMessage]], rows: Sequence[OutboxMessage]) -> list[Ready]:
    try:
        loaded = kind.load(rows)
    except Exception as error:  # noqa: BLE001 - the same
        if len(groups) > 1:
            return [item for group in groups for item in _write_kind(kind, [group], group)]
        _fail_all(rows, f"Lecture impossible ({type(error).__name__})")
        return []
    ready: list[Ready] = []
    for group in groups:
        try:
            with translation.override(group[0].language):
                ready.append(Ready(group[0], group[1:], kind.render(group, loaded)))
        except Exception as error:
            log.exception("outbox.rendering_failed", kind=kind.name)
            _fail_all(group, f"Mise en forme impossible ({type(error).__name__})")
    return ready


def _groups(rows: Sequence[OutboxMessage]) -> list[list[OutboxMessage]]:
    """Rows that leave as one message, the oldest first: its key stays that of the message at every attempt."""
    together: dict[tuple[str, str], list[OutboxMessage]] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        together.setdefault((row.merge_key or f"alone:{row.pk}", row.address), []).append(row)
    return list(together.values())


def _fail_all(rows: Sequence[OutboxMessage], error: str) -> None:
    for row in rows:
        settle.unsent(row, Result(Outcome.RETRY, error))
