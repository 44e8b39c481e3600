"""No address takes a POST that was not drawn by the portal, but those that are named here."""

from __future__ import annotations

import pytest
from django.template.backends.django import Template
from django.test import Client

from tests.hostile.stage import Target, targets

# One click in a mail programme ends reminders, or the news of the team (RFC 8058): it has seen no page and sends no
# cookie; the key in the address is the proof.
WITHOUT = {"unsubscribe", "stop_digest"}
PLAIN = {
    "IntConverter": "1",
    "UUIDConverter": "00000000-0000-0000-0000-000000000000",
    "ReferenceConverter": "2345-6789",
    "SlugConverter": "x",
}


def address(target: Target) -> str:
    return target.path([PLAIN.get(converter, "x") for converter in target.converters.values()])


def test_every_post_needs_the_token_of_a_page(db, monkeypatch):
    # The page that says so is drawn by its own test: here it would be drawn nine hundred times.
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    client = Client(enforce_csrf_checks=True)
    answers = {target.name: client.post(address(target), {"x": "1"}).status_code for target in targets()}
    taken = {name for name, status in answers.items() if status != 403}
    assert taken - WITHOUT == set()
    assert taken >= WITHOUT


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_page_of_another_site_does_not_post_even_with_the_token(db, origin):
    client = Client(enforce_csrf_checks=True)
    client.get("/compte/login/")
    token = client.cookies["csrftoken"].value
    sent = {"csrfmiddlewaretoken": token, "login": "x@example.org", "password": "x"}
    assert client.post("/compte/login/", sent, headers={"Origin": origin}).status_code == 403
    assert client.post("/compte/login/", sent, headers={"Origin": "http://testserver"}).status_code == 200
