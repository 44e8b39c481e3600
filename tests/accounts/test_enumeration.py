"""Nothing tells whether an address has an account: same bytes, same address, same work."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, make_account

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "aaaa@example.org", "bbbb@example.org"


@pytest.fixture(autouse=True)
def _known():
    make_account(KNOWN, PASSWORD)
    with time_machine.travel("2026-11-23 12:00+01:00", tick=False):
        yield


def neutral(response, email):
    """The answer without what changes at each request: tokens, nonces and the address that was typed."""
    text = response.content.decode().replace(email, "ADDRESS")
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1TOKEN", text)
    text = re.sub(r'nonce="[^"]*"', 'nonce="N"', text)
    text = re.sub(r'"challenge": "[^"]*"', '"challenge": "C"', text)
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in {"Content-Length", "Content-Security-Policy"} and "cookie" not in name.lower()
    }
    return response.status_code, headers, text


def both(client_of, steps):
    answers = []
    for email in (KNOWN, UNKNOWN):
        client = client_of()
        answers.append([neutral(step(client, email), email) for step in steps])
    return answers


@pytest.fixture
def new_client():
    from django.test import Client

    return Client


@pytest.mark.parametrize(
    "url_name", ["account_signup", "account_request_login_code", "account_reset_password"]
)
def test_asking_for_a_code_answers_alike(new_client, url_name):
    known, unknown = both(
        new_client,
        [
            lambda client, email: client.post(reverse(url_name), {"email": email}),
            lambda client, email: client.post(reverse(url_name), {"email": email}, follow=True),
        ],
    )
    assert known == unknown
    assert len(mail.outbox) == 4


@pytest.mark.parametrize(
    "url_name", ["account_signup", "account_request_login_code", "account_reset_password"]
)
def test_asking_is_the_same_work_and_keeps_nothing(new_client, url_name):
    work = []
    new_client().get(reverse(url_name))  # the house is read once a minute, whoever asks
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            new_client().post(reverse(url_name), {"email": email})
        work.append([query["sql"].split(" ")[:3:2] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert work[0] == work[1]
    assert User.objects.count() == 1


def test_the_code_that_leaves_does_not_tell_either(new_client):
    for email in (KNOWN, UNKNOWN):
        new_client().post(reverse("account_signup"), {"email": email})
    bodies = {re.sub(r"\d{6}", "CODE", f"{message.subject} {message.body}") for message in mail.outbox}
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("url_name", "confirm"),
    [
        ("account_signup", "account_confirm_login_code"),
        ("account_reset_password", "account_confirm_password_reset_code"),
    ],
)
def test_wrong_codes_answer_alike_until_the_end(new_client, url_name, confirm):
    def wrong(client, email):
        return client.post(reverse(confirm), {"code": "abcdef"}, follow=True)

    known, unknown = both(
        new_client, [lambda client, email: client.post(reverse(url_name), {"email": email}), *[wrong] * 6]
    )
    assert known == unknown


def test_a_wrong_password_answers_alike_and_hashes_once(new_client, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    counts = []
    answers = []
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        response = new_client().post(
            reverse("account_login"), {"login": email, "password": "faux mot de passe"}
        )
        answers.append(neutral(response, email))
        counts.append(len(hashed))
    assert answers[0] == answers[1]
    assert counts == [1, 1]
    assert 'role="alert"' in answers[0][2]


def test_an_account_without_password_answers_alike(new_client, monkeypatch):
    make_account("cccc@example.org")
    answers = [
        neutral(new_client().post(reverse("account_login"), {"login": email, "password": "faux"}), email)
        for email in ("cccc@example.org", UNKNOWN)
    ]
    assert answers[0] == answers[1]
