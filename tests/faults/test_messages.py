"""Nothing lost, nothing twice: workers that are killed, a queue that forgets, carriers that fail."""

import json
import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import redis
import time_machine
from django.db import close_old_connections, connection

from appointments import notifications
from core import clock
from core.outbox import registry
from core.outbox.delivery import deliver
from core.outbox.gateways import http_sms
from core.outbox.models import OutboxMessage, State
from tests.carriers import NOTE, Post
from tests.factories.appointments import AppointmentFactory
from tests.factories.messages import OutboxMessageFactory
from tests.faults.machinery import lease_runs_out, sms_rows, wait_until
from tests.faults.size import size
from tests.sms_carrier import TAKEN, SmsCarrier

KILLS, MESSAGES = size(4, 100), size(120, 1000)
# One in so many deaths is that of the whole worker, the others that of its process that sends.
WHOLE_EVERY = size(4, 20)


@pytest.fixture
def post(settings):
    settings.OUTBOX_GATEWAYS = dict.fromkeys(("email", "sms"), "tests.carriers.Post")
    Post.given.clear()
    Post.answers.clear()
    registry.register(NOTE)
    yield Post
    registry._kinds.pop(NOTE.name)


@pytest.fixture
def real_sms(settings, carrier: SmsCarrier) -> SmsCarrier:
    settings.OUTBOX_GATEWAYS = settings.OUTBOX_GATEWAYS | {
        "sms": "core.outbox.gateways.http_sms.HttpSmsGateway"
    }
    settings.SMS_URL = carrier.url
    return carrier


def unsettled() -> int:
    return OutboxMessage.objects.exclude(state=State.SENT).count()


@pytest.mark.slow
def test_workers_killed_while_sending_lose_nothing(broker, processes, carrier, rehearsed):
    rows, worker = sms_rows(MESSAGES), None
    for kill in range(KILLS):
        worker = worker or processes.worker()
        broker.sweep("sms")
        target = min(len(carrier.requests) + random.Random(kill).randint(1, MESSAGES // KILLS), MESSAGES)
        wait_until(lambda target=target: len(carrier.requests) >= target)
        if kill % WHOLE_EVERY:
            processes.kill_the_sender(worker)
        else:
            processes.kill(worker)
            worker = None
            lease_runs_out()
    if worker is not None:
        processes.kill(worker)
    lease_runs_out()
    processes.worker()
    while left := unsettled():
        broker.sweep("sms")
        wait_until(lambda left=left: unsettled() < left)
    keys = [str(row.key) for row in rows]
    assert carrier.delivered == Counter(keys)
    twice = sum(number - 1 for number in carrier.asked.values())
    assert (set(carrier.asked), twice <= KILLS) == (set(keys), True)
    rehearsed(
        "worker killed (SIGKILL) in the middle of sending",
        done=f"{KILLS} kills while {MESSAGES} SMS leave, {KILLS // WHOLE_EVERY} of them of the whole worker",
        found=f"{len(carrier.delivered)} of {MESSAGES} at the carrier; {twice} brought a second time under the same "
        "idempotency key, so 0 reach a telephone twice",
        limit="every message reaches the gateway; duplicates at most one per kill, none where the key is honoured",
    )


@pytest.mark.slow
def test_a_queue_that_is_emptied_and_killed_loses_nothing(broker, processes, carrier, rehearsed):
    processes.worker()
    booker = processes.start("-m", "tests.faults.booker", "60")
    wait_until(lambda: OutboxMessage.objects.count() >= 10)
    with redis.Redis.from_url(broker.server.url) as client:
        client.flushall()
    wait_until(lambda: OutboxMessage.objects.count() >= 20)
    broker.kill()
    # Bookings go on without it …
    assert booker.wait(timeout=60) == 0
    assert OutboxMessage.objects.count() == 60
    (last,) = sms_rows(1)
    # … and once it is back, empty, everything leaves.
    broker.start()
    wait_until(lambda: broker.sweep("sms") or unsettled() == 0)
    rows = OutboxMessage.objects.all()
    assert carrier.delivered == Counter({str(row.key): 1 for row in rows})
    assert carrier.asked == carrier.delivered
    assert carrier.delivered[str(last.key)] == 1
    rehearsed(
        "Valkey emptied, then killed for good, while a process commits messages",
        done="60 commits, one each 50 ms, and one more while it is dead",
        found="61 of 61 leave, 0 lost, 0 doubled",
        limit="all messages leave once it is back, none lost",
    )


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_time_share_the_work(post):
    rows = [OutboxMessageFactory(payload={"text": str(number)}) for number in range(200)]
    ready = threading.Barrier(4)

    def sweep() -> None:
        ready.wait()
        try:
            deliver("email")
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(parcel.key for parcel in post.given) == Counter(str(row.key) for row in rows)
    assert unsettled() == 0


@pytest.mark.django_db
def test_after_a_day_of_outage_only_what_is_still_useful_leaves(
    owner, doctor, teammate, sunday, post, rehearsed
):
    tomorrow = AppointmentFactory(
        reason=doctor.reason, patient=owner.child, start_at=sunday + timedelta(days=1, hours=2)
    )
    later = AppointmentFactory(
        reason=teammate.reason, patient=owner.patient, start_at=sunday + timedelta(days=3, hours=1)
    )
    for visit in (tomorrow, later):
        notifications.booked(visit)
    with time_machine.travel(sunday + timedelta(days=1, hours=3), tick=False):
        # The outage took one whole day: tomorrow's visit has passed, the later one is in two days.
        deliver()
    rows = OutboxMessage.objects.order_by("kind", "subject_id").values_list("kind", "subject_id", "state")
    assert list(rows) == [
        ("appointments.booked", tomorrow.pk, State.STALE),
        ("appointments.booked", later.pk, State.SENT),
        ("appointments.reminder.days", later.pk, State.SENT),
    ]
    with time_machine.travel(sunday + timedelta(days=4), tick=False):
        deliver()
    assert len(post.given) == 2
    rehearsed(
        "a day of outage",
        done="nothing is sent for 27 hours, one visit has passed meanwhile",
        found="the message of the visit that passed never leaves; of the other, one confirmation and one reminder",
        limit="each reminder once, stale ones never",
    )


@pytest.mark.django_db
def test_a_reminder_that_an_outage_made_pointless_never_leaves(owner, doctor, sunday, post):
    visit = AppointmentFactory(reason=doctor.reason, patient=owner.child, start_at=sunday + timedelta(days=3))
    notifications.booked(visit)
    deliver()
    with time_machine.travel(sunday + timedelta(days=2, hours=13), tick=False):
        deliver()
    states = OutboxMessage.objects.order_by("kind").values_list("kind", "state")
    assert list(states) == [
        ("appointments.booked", State.SENT),
        ("appointments.reminder.days", State.STALE),
    ]


@pytest.mark.django_db
def test_a_carrier_that_sleeps_does_not_stop_the_others(real_sms, monkeypatch, rehearsed):
    monkeypatch.setattr(http_sms, "TIMEOUT_SECONDS", 0.3)

    def sleepy(message):
        if message["to"] == "+33600000000":
            time.sleep(30)
        return TAKEN

    real_sms.mood = sleepy
    rows = sms_rows(5)
    deliver("sms")
    states = OutboxMessage.objects.order_by("pk").values_list("pk", "state", "attempts")
    assert list(states) == [(rows[0].pk, State.DUE, 1), *((row.pk, State.SENT, 1) for row in rows[1:])]
    rehearsed(
        "SMS carrier asleep for 30 s on one message",
        done="five messages due",
        found="the four others leave at once; the one is tried again",
        limit="state says what failed, retry with back-off",
    )


@pytest.mark.django_db
def test_a_carrier_that_lies_to_the_end_is_replaced_by_email(real_sms, post, settings, rehearsed):
    settings.OUTBOX_GATEWAYS = settings.OUTBOX_GATEWAYS | {
        "sms": "core.outbox.gateways.http_sms.HttpSmsGateway"
    }
    real_sms.mood = lambda message: (200, json.dumps({"status": "ok", "error": "no route"}))
    row = OutboxMessageFactory(
        channel="sms", address="+33612345678", payload={"text": "x", "fallback": "a@example.org"}
    )
    for _ in range(12):
        OutboxMessage.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())
        deliver("sms")
    deliver("email")
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (
        State.FAILED,
        12,
        "Le transporteur de SMS annonce une erreur dans une réponse « 200 ».",
    )
    assert [parcel.address for parcel in post.given] == ["a@example.org"]
    rehearsed(
        "SMS carrier lying to the end (200 with an error in it, twelve times)",
        done="twelve attempts",
        found="« failed », with its reason, and the same message once by e-mail",
        limit="state says what failed, an administrator sees it",
    )
