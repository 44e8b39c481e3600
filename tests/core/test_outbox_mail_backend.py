from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.utils import translation

from core import clock
from core.outbox.delivery import deliver
from core.outbox.gateways import Outcome, Result
from core.outbox.models import OutboxMessage, State

pytestmark = pytest.mark.django_db

SECRET = "Votre code : 482913"


@pytest.fixture
def backend(settings, post):
    settings.MAILERS = {"default": {"BACKEND": "core.outbox.mail_backend.OutboxEmailBackend"}}
    return post


def test_mail_of_other_packages_becomes_a_row_and_leaves(backend, settings):
    settings.DEMO = False
    with translation.override("en"):
        message = EmailMultiAlternatives(
            "Code",
            SECRET,
            "Maison <a@example.org>",
            ["b@example.org"],
            headers={"X-Kind": "code", "Date": "x"},
        )
        message.attach_alternative("<p>482913</p>", "text/html")
        message.send()
    row = OutboxMessage.objects.get()
    assert (row.kind, row.address, row.language, row.state) == ("account", "b@example.org", "en", State.DUE)
    assert row.expires_at is not None
    assert row.expires_at - row.due_at == timedelta(hours=1)
    deliver()
    (parcel,) = backend.given
    assert (parcel.address, parcel.content.subject, parcel.content.text) == ("b@example.org", "Code", SECRET)
    assert (parcel.content.html, parcel.content.sender, parcel.content.headers) == (
        "<p>482913</p>",
        "Maison <a@example.org>",
        {"X-Kind": "code"},
    )


@pytest.mark.parametrize(
    ("demo", "body"), [(False, ""), (True, SECRET)], ids=["production forgets", "the demonstration shows"]
)
def test_a_code_is_not_kept(backend, settings, demo, body):
    settings.DEMO = demo
    send_mail("Code", SECRET, None, ["b@example.org"])
    deliver()
    row = OutboxMessage.objects.get()
    assert (row.state, row.payload, row.sent_body) == (State.SENT, {}, body)


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNDELIVERABLE])
def test_a_code_that_failed_is_not_kept_either(backend, outcome):
    send_mail("Code", SECRET, None, ["b@example.org"])
    backend.answers.append(Result(outcome, "550"))
    deliver()
    row = OutboxMessage.objects.get()
    assert (row.state, row.payload, row.sent_body) == (State.FAILED, {}, "")


def test_a_code_that_is_too_late_is_not_kept_either(backend):
    send_mail("Code", SECRET, None, ["b@example.org"])
    past = clock.now() - timedelta(hours=2)
    OutboxMessage.objects.update(due_at=past, next_attempt_at=past, expires_at=past + timedelta(hours=1))
    deliver()
    row = OutboxMessage.objects.get()
    assert (row.state, row.payload, backend.given) == (State.STALE, {}, [])
