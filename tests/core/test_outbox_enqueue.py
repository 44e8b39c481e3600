from datetime import timedelta

import pytest
from django.db import transaction

from core import clock
from core.outbox import wake
from core.outbox.enqueue import about, enqueue, withdraw
from core.outbox.models import OutboxMessage, State
from tests.factories.accounts import UserFactory
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rings(monkeypatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(wake.bell, "ring", lambda: heard.append("ring"))
    return heard


def test_the_same_message_is_written_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        enqueue([OutboxMessageFactory.build(dedupe_key="a"), OutboxMessageFactory.build(dedupe_key="b")])
    enqueue([OutboxMessageFactory.build(dedupe_key="a")])
    assert sorted(OutboxMessage.objects.values_list("dedupe_key", flat=True)) == ["a", "b"]


def test_a_withdrawn_message_makes_room_for_the_next(rings):
    user, other = UserFactory(), UserFactory()
    enqueue([OutboxMessageFactory.build(dedupe_key="a", payload={"code": "1"}, **about(user))])
    enqueue([OutboxMessageFactory.build(dedupe_key="other", **about(other))])
    assert withdraw(user) == 1
    enqueue([OutboxMessageFactory.build(dedupe_key="a", **about(user))])
    rows = OutboxMessage.objects.order_by("pk").values_list("dedupe_key", "state", "payload")
    assert list(rows) == [
        ("a", State.CANCELLED, {}),
        ("other", State.DUE, {}),
        ("a", State.DUE, {}),
    ]


def test_only_what_is_due_rings_and_only_after_the_commit(rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue([OutboxMessageFactory.build(due_at=clock.now() + timedelta(days=1))])
    assert rings == []
    with django_capture_on_commit_callbacks(execute=True):
        enqueue([OutboxMessageFactory.build(due_at=clock.now())])
        assert rings == []
    assert rings == ["ring"]


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_a_mistake():
    with pytest.raises(AssertionError, match="transaction of the action"):
        enqueue([OutboxMessageFactory.build()])
    with transaction.atomic():
        enqueue([OutboxMessageFactory.build()])
    assert OutboxMessage.objects.count() == 1


def test_what_would_be_over_before_it_left_is_not_written():
    now = clock.now()
    times = [(now, now), (now, now - timedelta(hours=1)), (now, now + timedelta(minutes=1)), (now, None)]
    rows = [
        OutboxMessageFactory.build(dedupe_key=f"{number}", due_at=due_at, expires_at=expires_at)
        for number, (due_at, expires_at) in enumerate(times)
    ]
    with transaction.atomic():
        enqueue(rows)
    assert set(OutboxMessage.objects.values_list("dedupe_key", flat=True)) == {"2", "3"}
