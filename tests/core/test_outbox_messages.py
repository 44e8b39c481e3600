"""The page « Messages »: health, failed messages with their reason, another chance."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.outbox import health, retention
from core.outbox.models import OutboxMessage, State
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db

PAGE = "/pilotage/messages/"


def signed_in(role: str | None) -> Client:
    user = UserFactory()
    if role:
        RoleAssignmentFactory(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(settings, post) -> Client:
    return signed_in("administrator")


def failed(**fields) -> OutboxMessage:
    return OutboxMessageFactory(state=State.FAILED, attempts=12, last_error="550 inconnu", **fields)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("practitioner", 404),
        ("coordinator", 404),
        ("partner", 404),
        (None, 404),
    ],
)
def test_who_sees_the_page(role, status):
    row = failed()
    client = signed_in(role)
    assert client.get(PAGE).status_code == status
    for address in (reverse("resend_message", args=[row.pk]), reverse("resend_failed_messages")):
        assert client.post(address).status_code == (302 if status == 200 else 404)


def test_a_stranger_is_sent_to_the_sign_in(client):
    assert client.get(PAGE).status_code == 302


def test_failed_messages_come_first_with_their_reason(operator):
    failed(address="perdue@example.org")
    OutboxMessageFactory(state=State.SENT, sent_at=clock.now(), address="partie@example.org")
    text = operator.get(PAGE).content.decode()
    assert ("perdue@example.org" in text, "550 inconnu" in text, "partie@example.org" in text) == (
        True,
        True,
        False,
    )
    text = operator.get(PAGE, {"state": "sent", "channel": "email"}).content.decode()
    assert ("perdue@example.org" in text, "partie@example.org" in text) == (False, True)


def test_the_page_costs_the_same_for_one_message_and_for_many(operator, django_assert_max_num_queries):
    operator.get(PAGE)  # the process learns the house
    for number in (1, 10):
        for _ in range(number):
            failed()
        with django_assert_max_num_queries(15):
            operator.get(PAGE)


def test_resending_puts_it_back_under_its_old_key(operator):
    row = failed()
    other = failed()
    operator.post(reverse("resend_message", args=[row.pk]))
    again = OutboxMessage.objects.get(pk=row.pk)
    other.refresh_from_db()
    assert (again.state, again.attempts, again.last_error, again.key) == (State.DUE, 0, "", row.key)
    assert other.state == State.FAILED
    traces = AuditEvent.objects.filter(action="message.resent")
    assert list(traces.values_list("subject_type", "subject_id")) == [("outbox.outboxmessage", row.pk)]


def test_resending_all_leaves_out_what_is_secret_or_sent(operator):
    failed_rows = [failed(), failed()]
    secret = failed(kind="account")
    sent = OutboxMessageFactory(state=State.SENT, sent_at=clock.now())
    operator.post(reverse("resend_failed_messages"))
    due = OutboxMessage.objects.filter(state=State.DUE).order_by("pk")
    assert [row.pk for row in due] == [row.pk for row in failed_rows]
    operator.post(reverse("resend_message", args=[secret.pk]))
    response = operator.post(reverse("resend_message", args=[sent.pk]), follow=True)
    assert "Rien à renvoyer" in response.content.decode()
    assert OutboxMessage.objects.filter(state=State.DUE).count() == 2


def test_health_tells_alive_late_and_failed(post):
    now = clock.now()
    assert health.is_alive() is False
    health.beat()
    assert health.is_alive() is True
    assert health.is_alive(now + timedelta(minutes=2)) is False
    assert health.snapshot().is_well is True
    late = OutboxMessageFactory(due_at=now - timedelta(minutes=30), last_error="Serveur injoignable")
    OutboxMessageFactory(due_at=now + timedelta(days=3))
    failed(channel="sms")
    state = health.snapshot()
    email, sms = state.channels
    assert (email.overdue, email.oldest_overdue_at, email.last_error) == (
        1,
        late.due_at,
        "Serveur injoignable",
    )
    assert (sms.overdue, sms.failed_in_a_week) == (0, 1)
    assert [channel.channel for channel in state.late_channels] == ["email"]
    assert state.is_well is False


def test_texts_and_addresses_are_forgotten_after_six_months():
    old = clock.now() - timedelta(days=200)
    sent = {
        "state": State.SENT,
        "sent_body": "Bonjour",
        "sent_subject": "Note",
        "payload": {"fallback": "x@example.org"},
    }
    aged = OutboxMessageFactory(created_at=old, sent_at=old, **sent)
    recent = OutboxMessageFactory(sent_at=clock.now(), **sent)
    waiting = OutboxMessageFactory(created_at=old)
    assert retention.purge() == 1
    assert retention.purge() == 0
    rows = OutboxMessage.objects.order_by("pk").values_list(
        "pk", "state", "address", "sent_subject", "sent_body", "payload"
    )
    assert list(rows) == [
        (aged.pk, State.SENT, "", "", "", {}),
        (recent.pk, State.SENT, recent.address, "Note", "Bonjour", {"fallback": "x@example.org"}),
        (waiting.pk, State.DUE, waiting.address, "", "", {}),
    ]
