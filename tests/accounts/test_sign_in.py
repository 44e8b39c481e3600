"""One address, one code: the same screens for those who have an account and those who have none."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from core.audit.models import AuditEvent
from tests.accounts.conftest import PASSWORD, last_code, make_account

pytestmark = pytest.mark.django_db

NEXT = "/donnees-personnelles/"


def with_next(name):
    return f"{reverse(name)}?next={NEXT}"


@pytest.mark.parametrize("url_name", ["account_signup", "account_request_login_code"])
def test_a_stranger_becomes_an_account_and_comes_back_where_he_was(client, url_name):
    session = client.session
    session["visitor"] = "the key that holds a slot"
    session.save()
    first_key = session.session_key
    assert NEXT in client.get(with_next(url_name)).content.decode()
    asked = client.post(reverse(url_name), {"email": "Nouvelle@Example.org", "next": NEXT})
    assert (asked.status_code, asked["Location"]) == (
        302,
        "/compte/login/code/confirm/?next=%2Fdonnees-personnelles%2F",
    )
    code_page = client.get(asked["Location"])
    assert NEXT in code_page.content.decode()
    entered = client.post(reverse("account_confirm_login_code"), {"code": last_code(), "next": NEXT})
    assert (entered.status_code, entered["Location"]) == (302, NEXT)
    user = User.objects.get()
    assert (user.email, user.has_usable_password(), user.language) == ("nouvelle@example.org", False, "fr")
    assert user.emailaddress_set.get().verified is True
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["visitor"] == "the key that holds a slot"
    assert client.session.session_key != first_key
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor_label")) == [
        ("account.opened", "visiteur"),
        ("account.signed_in", "nouvelle@example.org"),
    ]


def test_an_existing_account_signs_in_by_code(client):
    user = make_account("connue@example.org")
    client.post(reverse("account_request_login_code"), {"email": "connue@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_a_code_that_does_not_come_is_sent_twice_more(client):
    client.post(reverse("account_request_login_code"), {"email": "connue@example.org"})
    page = reverse("account_confirm_login_code")
    shown = []
    for _again in range(3):
        shown.append("Renvoyer un code" in client.get(page).text)
        client.post(page, {"action": "resend"})
    assert (shown, len(mail.outbox)) == ([True, True, False], 3)
    first = re.search(r"^\d{6}$", str(mail.outbox[0].body), re.MULTILINE)
    assert first is not None
    if first.group() != last_code():
        client.post(page, {"code": first.group()})
        assert "_auth_user_id" not in client.session
    client.post(page, {"code": last_code()})
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_signing_up_again_is_signing_in(client):
    user = make_account("connue@example.org", PASSWORD)
    client.post(reverse("account_signup"), {"email": "connue@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_password_signs_in_and_leads_back(client):
    user = make_account("connue@example.org", PASSWORD)
    entered = client.post(
        reverse("account_login"), {"login": "connue@example.org", "password": PASSWORD, "next": NEXT}
    )
    assert (entered.status_code, entered["Location"]) == (302, NEXT)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_address_that_somebody_else_typed_without_confirming_is_not_his(client):
    squatter = make_account("squatteur@example.org")
    squatter.emailaddress_set.create(email="victime@example.org", verified=False, primary=False)
    client.post(reverse("account_signup"), {"email": "victime@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    owner = User.objects.get(email="victime@example.org")
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert owner.pk != squatter.pk


def test_a_closed_account_does_not_open(client):
    make_account("fermee@example.org", is_active=False)
    client.post(reverse("account_request_login_code"), {"email": "fermee@example.org"})
    entered = client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert entered["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_five_wrong_codes_end_the_attempt(client):
    make_account("connue@example.org")
    client.post(reverse("account_request_login_code"), {"email": "connue@example.org"})
    right = last_code()
    wrong = "000000" if right != "000000" else "111111"
    answers = [
        client.post(reverse("account_confirm_login_code"), {"code": wrong}).status_code for _ in range(5)
    ]
    assert answers == [200, 200, 200, 200, 302]
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert "_auth_user_id" not in client.session


def test_another_address_may_be_typed_while_a_code_is_pending(client):
    client.post(reverse("account_signup"), {"email": "faute@example.org"})
    assert client.get(reverse("account_signup")).status_code == 200
    client.post(reverse("account_signup"), {"email": "juste@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == "juste@example.org"


def test_the_sign_in_page_leads_to_the_pending_code_with_the_new_way_back(client):
    client.post(reverse("account_signup"), {"email": "nouvelle@example.org"})
    again = client.get(with_next("account_login"))
    assert again["Location"] == "/compte/login/code/confirm/?next=%2Fdonnees-personnelles%2F"


def test_the_code_is_six_digits_and_says_for_how_long(client):
    client.post(reverse("account_signup"), {"email": "nouvelle@example.org"})
    message = mail.outbox[0]
    assert message.to == ["nouvelle@example.org"]
    assert re.fullmatch(r"\d{6}\u00a0: votre code de connexion", message.subject)
    assert "dix minutes" in message.body


@pytest.mark.parametrize(
    "evil",
    [
        "https://mechant.example/",
        "//mechant.example/",
        "///mechant.example",
        "http:///mechant.example",
        "javascript:alert(1)",
        "/\\mechant.example",
        "https://127.0.0.1/",
        "\thttps://mechant.example/",
    ],
)
def test_signing_in_never_leads_elsewhere(client, evil):
    make_account("connue@example.org", PASSWORD)
    by_password = client.post(
        reverse("account_login"), {"login": "connue@example.org", "password": PASSWORD, "next": evil}
    )
    assert by_password["Location"] in {"/", "/mon-espace/"}
    left = client.post(reverse("account_logout"), {"next": evil})
    assert left["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "http://[evil"},
        {"Referer": "http://testserver:port/\x00"},
        {"HX-Request": "true", "HX-Current-URL": "http://[evil"},
    ],
)
def test_what_is_no_address_leads_back_to_the_first_page(client, headers):
    answer = client.post(reverse("my_notices"), headers=headers)
    where = answer.get("Location") or answer["HX-Redirect"]
    assert (where, answer.status_code in {200, 302}) == (f"{reverse('account_login')}?next=%2F", True)
