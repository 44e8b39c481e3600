"""Strict for one account, generous for one address."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from core import clock
from core.web import ratelimit
from tests.accounts.conftest import PASSWORD, make_account
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_ten_wrong_passwords_and_the_right_one_waits():
    make_account("connue@example.org", PASSWORD)
    for _ in range(10):
        Client().post(reverse("account_login"), {"login": "connue@example.org", "password": "faux"})
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "connue@example.org", "password": PASSWORD})
    assert "Trop d’essais" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    other = make_account("autre@example.org", PASSWORD)
    client.post(reverse("account_login"), {"login": other.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(other.pk)


def test_right_passwords_are_not_counted():
    user = make_account("connue@example.org", PASSWORD)
    for _ in range(12):
        client = Client()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(user.pk)


def test_six_codes_for_one_address_then_no_more():
    for _ in range(6):
        Client().post(reverse("account_signup"), {"email": "visee@example.org"})
    answer = Client().post(reverse("account_signup"), {"email": "visee@example.org"})
    assert "Trop d’essais" in answer.content.decode()
    assert len(mail.outbox) == 6
    assert Client().post(reverse("account_signup"), {"email": "autre@example.org"}).status_code == 302


@ratelimit.limit("book")
def some_view(request):
    return HttpResponse("ok")


def sent(user=None, method="post", address="192.0.2.1"):
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    return some_view(request)


def test_a_view_is_limited_by_address_and_by_account(settings):
    settings.RATE_LIMITS = {"book": {"address": "3/1h", "account": "2/1h"}}
    owner, other = UserFactory(), UserFactory()
    assert [sent(owner).status_code for _ in range(3)] == [200, 200, 429]
    assert sent(owner, address="192.0.2.2").status_code == 429
    assert sent(other, address="192.0.2.2").status_code == 200
    assert sent(other).status_code == 429
    assert sent(method="get").status_code == 200


def test_the_refusal_is_a_sentence(settings):
    settings.RATE_LIMITS = {"book": {"address": "0/1h"}}
    answer = sent()
    assert answer.status_code == 429
    assert 'role="alert"' in answer.content.decode()


def test_a_limit_ends_with_its_window(settings):
    settings.RATE_LIMITS = {"book": {"address": "1/10m"}}
    with time_machine.travel("2026-11-23 10:00:00+01:00", tick=False) as traveller:
        assert [sent().status_code for _ in range(2)] == [200, 429]
        traveller.move_to(clock.now() + timedelta(minutes=10))
        assert sent().status_code == 200


@pytest.mark.parametrize(
    ("rate", "parsed"), [("30/10m", (30, 600)), ("5/h", (5, 3600)), ("1/1d", (1, 86400))]
)
def test_a_rate_is_read(rate, parsed):
    assert ratelimit.parse(rate) == parsed


@pytest.mark.parametrize("rate", ["", "30", "30/m/ip", "x/1m"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        ratelimit.parse(rate)
