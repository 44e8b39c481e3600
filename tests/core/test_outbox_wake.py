"""The bell: a commit never waits for the queue, and a lost queue does not keep a sign-in code."""

import threading

import pytest

from core.outbox import tasks, wake
from core.outbox.models import OutboxMessage, State
from core.outbox.wake import Bell
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bell(monkeypatch) -> Bell:
    # The test's own connection is not the thread's to close.
    monkeypatch.setattr(wake, "close_old_connections", lambda: None)
    return Bell()


def test_a_ring_publishes(bell, monkeypatch, post):
    published = []
    monkeypatch.setattr(tasks.deliver_now, "apply_async", lambda **options: published.append(options))
    OutboxMessageFactory()
    bell.answer()
    assert (published, post.given) == ([{"retry": False, "expires": 60}], [])


def test_a_lost_queue_is_noticed_once_and_messages_leave_from_here(bell, monkeypatch, post):
    said = []
    monkeypatch.setattr(wake.log, "warning", lambda event, **_: said.append(event))
    monkeypatch.setattr(wake.log, "info", lambda event, **_: said.append(event))

    def away(**options):
        raise ConnectionError

    monkeypatch.setattr(tasks.deliver_now, "apply_async", away)
    for _ in range(2):
        OutboxMessageFactory()
        bell.answer()
    assert OutboxMessage.objects.filter(state=State.SENT).count() == len(post.given) == 2
    monkeypatch.setattr(tasks.deliver_now, "apply_async", lambda **options: None)
    bell.answer()
    assert said == ["outbox.broker_lost", "outbox.broker_back"]


def test_a_delivery_that_fails_does_not_silence_the_bell(bell, monkeypatch):
    def away(*args, **options):
        raise ConnectionError

    monkeypatch.setattr(tasks.deliver_now, "apply_async", away)
    monkeypatch.setattr("core.outbox.delivery.deliver", away)
    bell.answer()
    bell.answer()


def test_ringing_returns_while_the_queue_is_silent(bell, monkeypatch, settings):
    settings.OUTBOX_WAKE = True
    asked, answered = threading.Event(), threading.Event()

    def silent(**options):
        asked.set()
        answered.wait(10)

    monkeypatch.setattr(tasks.deliver_now, "apply_async", silent)
    for _ in range(100):
        bell.ring()
    assert asked.wait(5)
    # A hundred rings have come back although the queue has not said a word.
    assert not answered.is_set()
    answered.set()
