"""The sign-in library's pages wear the house's clothes and speak its language."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from lxml.html import document_fromstring

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

# Words of the library's own templates: one of them on a screen means that a page escaped.
ENGLISH = re.compile(
    r"Sign In|Sign Up|Password|Menu:|Change Email|Security Key|Authenticator|Recovery Codes|Send me"
)

OPEN = [
    "/compte/login/",
    "/compte/signup/",
    "/compte/login/code/",
    "/compte/password/reset/",
    "/compte/password/reset/done/",
    "/compte/inactive/",
]
CLOSED = [
    "/compte/email/",
    "/compte/password/change/",
    "/compte/2fa/",
    "/compte/sessions/",
    "/compte/logout/",
    "/compte/reauthenticate/",
]


def visible(html: str) -> str:
    html = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", html)


def check(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200, path
    text = page.content.decode()
    assert '<html lang="fr">' in text
    assert 'id="contenu"' in text
    assert text.count("<h1") == 1
    assert "style=" not in text
    assert ENGLISH.findall(visible(text)) == []


@pytest.mark.parametrize("path", OPEN)
def test_open_pages(client: Client, path: str) -> None:
    check(client, path)


@pytest.mark.parametrize("path", CLOSED)
def test_pages_of_a_signed_in_person(client: Client, path: str) -> None:
    user = UserFactory()
    user.set_password("une-phrase-de-passe-longue")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    check(client, path)


def inputs(html: str) -> list[tuple[str, str, bool, bool]]:
    """Of each input to type into: name, autocomplete, whether it asks for digits, whether it echoes its label."""
    typed = (
        tag for tag in re.findall(r"<input[^>]+>", html) if re.search(r'type="(text|email|password)"', tag)
    )
    said = (dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in typed)
    return [
        (has["name"], has["autocomplete"], has.get("inputmode") == "numeric", "placeholder" in has)
        for has in said
    ]


def test_password_managers_and_telephones_know_what_each_input_is(client: Client) -> None:
    assert inputs(client.get("/compte/login/").content.decode()) == [
        ("login", "username", False, False),
        ("password", "current-password", False, False),
    ]
    assert inputs(client.get("/compte/signup/").content.decode()) == [("email", "email", False, False)]
    asked = client.post("/compte/login/code/", {"email": "quelqu-un@example.org"}, follow=True)
    assert inputs(asked.content.decode()) == [("code", "one-time-code", True, False)]


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        ("/compte/login/", ["Écrivez votre adresse e-mail.", "Écrivez votre mot de passe."]),
        ("/compte/signup/", ["Écrivez votre adresse e-mail."]),
        ("/compte/login/code/", ["Écrivez votre adresse e-mail."]),
        ("/compte/password/reset/", ["Écrivez votre adresse e-mail."]),
    ],
)
def test_what_is_left_empty_is_asked_for_by_its_name(client, path, sentences):
    page = document_fromstring(client.post(path, {}).content)
    said = [" ".join(one.text_content().split()) for one in page.find_class("invalid-feedback")]
    assert said == [f"Erreur : {sentence}" for sentence in sentences]
