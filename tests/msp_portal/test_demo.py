"""The pages of the demonstration: there for who tries, absent from a real house."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from core.outbox.models import Channel, OutboxMessage, State
from tests.factories.practitioners import CentreFactory

pytestmark = pytest.mark.django_db

PAGES = ["/demo/", "/demo/messages/", "/demo/composants/"]


@pytest.mark.parametrize("path", PAGES)
def test_exist_only_in_the_demonstration(client: Client, settings: Settings, path: str) -> None:
    assert client.get(path).status_code == 200
    settings.DEMO = False
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("is_demo", "shown"), [(True, True), (False, False)])
def test_the_ribbon_warns_that_all_is_invented(
    client: Client, settings: Settings, is_demo: bool, shown: bool
) -> None:
    settings.DEMO = is_demo
    assert ('class="ribbon"' in client.get("/accessibilite/").content.decode()) is shown


def test_names_everybody_of_the_contract(client: Client) -> None:
    page = client.get("/demo/")
    emails = [email for group in page.context["groups"] for email, _who in group["people"]]
    assert sorted(emails) == sorted(
        f"{name}@demo.example"
        for name in (
            *("patiente", "voisin", "medecin", "medecin2", "kine", "infirmiere", "orthophoniste"),
            *("psychologue", "interne", "secretariat", "coordination", "psychiatre", "cardiologue"),
            *("dermatologue", "admin"),
        )
    )
    text = page.content.decode()
    assert all(f'data-copy="{email}"' in text for email in emails)
    assert "demo-alloeu" in text


def test_shows_the_latest_messages_first_and_never_their_markup(client: Client) -> None:
    CentreFactory()
    for number in range(27):
        OutboxMessage.objects.create(
            dedupe_key=f"essai-{number}",
            kind="essai",
            channel=Channel.SMS,
            address=f"+3361200{number:04}",
            state=State.DUE,
            sent_body="<script>alert(1)</script>",
        )
    page = client.get("/demo/messages/")
    shown = [message.dedupe_key for message in page.context["page"]]
    assert shown == [f"essai-{number}" for number in range(26, 1, -1)]
    text = page.content.decode()
    assert "<script>alert(1)" not in text
    assert escape("<script>alert(1)</script>") in text
    second = client.get("/demo/messages/?page=2").context["page"]
    assert [message.dedupe_key for message in second] == ["essai-1", "essai-0"]
