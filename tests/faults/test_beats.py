"""Two beats at once, and clocks that jump: each message once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from appointments import notifications
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.cast import Doctor, Person
from tests.factories.appointments import AppointmentFactory
from tests.faults.machinery import sms_rows, wait_until
from tests.faults.portal import OwnPortal
from tests.faults.size import size
from tests.sms_carrier import SmsCarrier

MESSAGES = size(40, 500)


def test_two_beats_and_two_workers(
    portal: OwnPortal, telephones: SmsCarrier, rehearsed: Callable[..., None]
) -> None:
    """What is due comes up again and again while both beats ring for it every second."""
    rows = sms_rows(MESSAGES)
    soon = clock.now()
    for number, row in enumerate(rows):
        row.due_at = row.next_attempt_at = soon + timedelta(seconds=8 * number / MESSAGES)
    OutboxMessage.objects.bulk_update(rows, ["due_at", "next_attempt_at"])
    for name in ("worker", "worker2"):
        portal.start(name)
    for name in ("beat", "beat2"):
        portal.start(name)
    keys = {str(row.key) for row in rows}
    wait_until(lambda: OutboxMessage.objects.filter(key__in=keys).exclude(state=State.SENT).count() == 0)
    asked = Counter({key: number for key, number in telephones.asked.items() if key in keys})
    assert asked == Counter(dict.fromkeys(keys, 1))
    rehearsed(
        "two beats and two workers at once",
        done=f"{MESSAGES} messages that become due over eight seconds, both beats ringing every second",
        found=f"{asked.total()} brought to the carrier, 0 lost, 0 doubled",
        limit="each once",
    )


@pytest.mark.django_db
def test_a_clock_that_jumps_back_and_forth_reminds_once(
    owner: Person, doctor: Doctor, sunday: datetime, settings: Any, rehearsed: Callable[..., None]
) -> None:
    """An hour back (a badly set clock, put right), then a day ahead, then back again, at each step a sweep."""
    settings.OUTBOX_GATEWAYS = dict.fromkeys(("email", "sms"), "core.outbox.gateways.demo.DemoGateway")
    visit = AppointmentFactory(reason=doctor.reason, patient=owner.child, start_at=sunday + timedelta(days=3))
    notifications.booked(visit)
    left: Counter[str] = Counter()
    for hours in (0, -1, 25, 24, -2, 26, 25, 71, 73, 48):
        before = dict(OutboxMessage.objects.values_list("pk", "state"))
        with time_machine.travel(sunday + timedelta(hours=hours), tick=False):
            deliver()
        for row in OutboxMessage.objects.filter(state=State.SENT):
            left[row.kind] += before.get(row.pk) != State.SENT
    assert left == {"appointments.booked": 1, "appointments.reminder.days": 1}
    states = OutboxMessage.objects.order_by("kind").values_list("kind", "state")
    assert list(states) == [
        ("appointments.booked", State.SENT),
        ("appointments.reminder.days", State.SENT),
    ]
    rehearsed(
        "a clock that jumps back an hour, ahead a day, and back, with a sweep at each step",
        done="ten sweeps around one visit",
        found="one confirmation, one reminder",
        limit="each reminder once, stale ones never",
    )
