"""What a page offers, read as a browser without script reads it, and followed by the person to whom it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve
from lxml.html import FormElement, document_fromstring

from tests.everybody.doors import browser_of
from tests.everybody.findings import Door
from tests.matrix.people import World

# After these she is somebody else, or reads another language.
NOT_FOLLOWED = {"account_logout", "set_language", "demo_sign_in"}
# Files of the portal, and the tables of the administration, which ask who reads by themselves.
ELSEWHERE = ("/static/", "/gestion/")
# Every state of every piece, and none of it leads anywhere.
NO_OFFER = {"demo_components"}


@dataclass
class Offer:
    """A link, or a form with one of its buttons."""

    verb: str
    url: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    button: str = ""

    @property
    def leads_to(self) -> str:
        """The name of the address; "" for what is not followed."""
        parts = urlsplit(self.url)
        if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith(ELSEWHERE):
            return ""
        try:
            name = resolve(parts.path).view_name
        except Resolver404:
            return "nowhere"
        return "" if name in NOT_FOLLOWED else name


def offers_of(page: str, path: str) -> Iterator[Offer]:
    for offer in _all(page):
        offer.url = urljoin(path, offer.url)
        if offer.leads_to:
            yield offer


def _all(page: str) -> Iterator[Offer]:
    tree = document_fromstring(page)
    for one in tree.xpath("//*[@hx-get] | //a[@href]"):
        yield Offer("GET", one.get("hx-get") or one.get("href"))
    for form in tree.forms:
        if form.method == "POST":
            yield from _sent(form)


def _sent(form: FormElement) -> Iterator[Offer]:
    """As it stands, by each of its buttons."""
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    found = [one.attrib for one in form.iter("button") if one.get("type", "submit") == "submit"]
    for button in found or [{}]:
        name, value = button.get("name", ""), button.get("value", "")
        url = button.get("formaction") or form.get("action", "")
        yield Offer("POST", url, {**fields, **({name: [value]} if name else {})}, f"{name}={value}")


def ask(client: Client, verb: str, url: str, fields: Any = None) -> HttpResponseBase:
    """What it does is undone."""
    with transaction.atomic():
        answer = client.get(url) if verb == "GET" else client.post(url, fields)
        transaction.set_rollback(True)
    for close in answer._resource_closers:  # a file; to end the request would end the connection, too
        close()
    return answer


def follow(world: World, doors: Iterable[Door]) -> dict[str, int]:
    """Each kind of offer of each page once a person; answers what was refused: 403, 404, 405, or an error."""
    refused = {}
    for who, theirs in groupby(sorted(doors), key=lambda door: door.who):
        client, seen = browser_of(world, who, enforce_csrf_checks=True, raise_request_exception=False), set()
        for door in theirs:
            page: Any = ask(client, "GET", door.url)
            if page.status_code != 200 or page.streaming or "html" not in page["Content-Type"]:
                continue
            for offer in offers_of(page.content.decode(), door.url):
                kind = (door.name, offer.verb, offer.leads_to, offer.button)
                if kind in seen or (offer.verb == "GET" and offer.url in seen):
                    continue
                seen |= {kind, offer.url}
                status = ask(client, offer.verb, offer.url, offer.fields).status_code
                if status in (403, 404, 405) or status >= 500:
                    refused[f"{door}: {offer.verb} {offer.url} {offer.button}"] = status
    return refused
