import socket

import pytest

from core.outbox.delivery import deliver
from core.outbox.gateways import GatewayDown, Outcome, Parcel, http_sms
from core.outbox.gateways.http_sms import HttpSmsGateway
from core.outbox.models import OutboxMessage, State
from core.outbox.rendering import Rendered
from tests.factories.messages import OutboxMessageFactory
from tests.sms_carrier import SmsCarrier
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(settings, post):
    with SmsCarrier().open() as carrier:
        settings.OUTBOX_GATEWAYS = settings.OUTBOX_GATEWAYS | {
            "sms": "core.outbox.gateways.http_sms.HttpSmsGateway"
        }
        settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_SENDER = carrier.url, "s3cret", "TILLEULS"
        yield carrier


@pytest.fixture
def smtp(settings, post):
    with SmtpServer().open() as server:
        settings.OUTBOX_GATEWAYS = settings.OUTBOX_GATEWAYS | {
            "email": "core.outbox.gateways.email.MailerGateway"
        }
        settings.MAILERS = {
            "transport": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": server.port, "timeout": 5},
            }
        }
        yield server


def sms(**fields) -> OutboxMessage:
    return OutboxMessageFactory(channel="sms", address="+33612345678", payload={"text": "Bonjour"}, **fields)


def test_an_sms_in_full(carrier):
    row = sms()
    deliver("sms")
    ((headers, message),) = carrier.requests
    assert message == {"to": "+33612345678", "from": "TILLEULS", "text": "Bonjour", "reference": str(row.key)}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer s3cret", str(row.key))
    row.refresh_from_db()
    assert (row.state, row.provider_id) == (State.SENT, "sms-1")


def test_batch_after_batch(carrier, smtp):
    for _ in range(25):
        sms()
        OutboxMessageFactory()
    deliver()
    assert OutboxMessage.objects.filter(state=State.SENT).count() == 50
    assert (len(carrier.requests), len(smtp.letters), smtp.connections) == (25, 25, 2)


@pytest.mark.parametrize(
    ("code", "body", "outcome"),
    [
        (200, '{"id": "1"}', Outcome.SENT),
        (202, '{"messageId": "1"}', Outcome.SENT),
        (200, '{"error": "invalid number"}', Outcome.RETRY),
        (200, '{"errors": [{"code": 3}]}', Outcome.RETRY),
        (200, '{"status": "FAILED"}', Outcome.RETRY),
        (200, '{"success": false}', Outcome.RETRY),
        (200, "<html>Bienvenue sur notre Wi-Fi</html>", Outcome.RETRY),
        (200, "[]", Outcome.RETRY),
        (302, "{}", Outcome.RETRY),
        (400, "{}", Outcome.REFUSED),
        (422, "{}", Outcome.REFUSED),
        (404, "", Outcome.UNDELIVERABLE),
        (408, "", Outcome.RETRY),
        (500, "", Outcome.RETRY),
        (503, "", Outcome.RETRY),
    ],
)
def test_what_an_answer_means(carrier, code, body, outcome):
    carrier.mood = lambda message: (code, body)
    with HttpSmsGateway() as gateway:
        (result,) = gateway.send([Parcel("k", "+33612345678", Rendered("", "x"))])
    assert result.outcome is outcome


@pytest.mark.parametrize("code", [401, 403, 429])
def test_a_carrier_that_does_not_want_us_is_down(carrier, code):
    carrier.mood = lambda message: (code, "{}")
    with HttpSmsGateway() as gateway, pytest.raises(GatewayDown):
        gateway.send([Parcel("k", "+33612345678", Rendered("", "x"))])


def test_a_carrier_that_is_not_there_leaves_everything_due(settings, carrier):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SMS_URL = f"http://127.0.0.1:{free.getsockname()[1]}/"
        rows = [sms(), sms()]
        deliver("sms")
    assert list(
        OutboxMessage.objects.order_by("pk").values_list("pk", "state", "attempts", "last_error")
    ) == [
        (rows[0].pk, State.DUE, 1, "Le transporteur de SMS est injoignable."),
        (rows[1].pk, State.DUE, 0, "Le transporteur de SMS est injoignable."),
    ]


def test_a_slow_carrier_is_left_waiting_alone(carrier, monkeypatch):
    monkeypatch.setattr(http_sms, "TIMEOUT_SECONDS", 0.2)
    carrier.takes = 1
    row = sms()
    deliver("sms")
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DUE, 1)
    assert row.last_error.startswith("Le transporteur de SMS n’a pas répondu")


def test_without_a_carrier_an_sms_is_an_email(settings, carrier, post):
    settings.SMS_URL = ""
    row = OutboxMessageFactory(
        channel="sms", address="+33612345678", payload={"text": "x", "fallback": "a@example.org"}
    )
    deliver("sms")
    deliver("email")
    row.refresh_from_db()
    assert (row.state, [parcel.address for parcel in post.given]) == (State.FAILED, ["a@example.org"])


def test_one_connection_for_a_batch_and_one_reply_for_each(smtp):
    rows = [OutboxMessageFactory(address=f"{name}@example.org", payload={"text": name}) for name in "abcd"]
    smtp.refusals = {"b@example.org": "550 no such user", "c@example.org": "452 mailbox full"}
    deliver("email")
    found = [OutboxMessage.objects.get(pk=row.pk) for row in rows]
    assert [(row.state, row.last_error) for row in found] == [
        (State.SENT, ""),
        (State.FAILED, "Réponse du serveur de messagerie : 550 no such user"),
        (State.DUE, "Réponse du serveur de messagerie : 452 mailbox full"),
        (State.SENT, ""),
    ]
    assert smtp.connections == 1
    assert [recipient for recipient, _ in smtp.letters] == ["a@example.org", "d@example.org"]
    letter = smtp.letters[0][1]
    assert f"Message-ID: <{rows[0].key}@" in letter
    assert "Auto-Submitted: auto-generated" in letter


def test_an_impossible_address_is_refused_and_the_next_one_leaves(smtp):
    bad, good = (
        OutboxMessageFactory(address="deux@@example.org"),
        OutboxMessageFactory(address="a@example.org"),
    )
    deliver("email")
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (State.FAILED, State.SENT)


def test_a_mail_server_that_is_away_costs_no_attempt(smtp, settings):
    settings.MAILERS["transport"]["OPTIONS"]["port"] = 1
    row = OutboxMessageFactory()
    deliver("email")
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.DUE, 0)
    assert row.last_error == "Serveur de messagerie injoignable (ConnectionRefusedError)"
