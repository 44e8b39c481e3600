"""What a page offers, read as a browser without script reads it, and followed by the person to whom it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from tests.everybody.doors import browser_of
from tests.everybody.findings import Door
from tests.matrix.people import World

# After these she is somebody else, or reads another language.
NOT_FOLLOWED = {"account_logout", "set_language", "demo_sign_in"}
# Files of the portal, and the tables of the administration, which ask who reads by themselves.
ELSEWHERE = ("/static/", "/gestion/")
# Every state of every piece, and none of it leads anywhere.
NO_OFFER = {"demo_components"}
UNSENT = {"submit", "button", "reset", "image", "file"}


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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.offers: list[Offer] = []
        self.form: dict[str, str] = {}
        self.fields: dict[str, list[str]] = {}
        self.buttons: list[dict[str, str]] = []
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if link := found.get("hx-get") or (found.get("href") if tag == "a" else ""):
            self.offers.append(Offer("GET", link))
        if tag == "form":
            self.form, self.fields, self.buttons = {"action": "", **found}, {}, []
        elif tag == "button" and found.get("type", "submit") == "submit":
            self.buttons.append(found)
        elif tag == "option" and self.select:
            self._option(found)
        elif name := found.get("name", ""):
            self._field(tag, name, found)

    def _field(self, tag: str, name: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
        elif (
            tag == "input"
            and kind not in UNSENT
            and (kind not in {"radio", "checkbox"} or "checked" in found)
        ):
            self.fields.setdefault(name, []).append(found.get("value", ""))

    def _option(self, found: dict[str, str]) -> None:
        if "selected" in found or self.select not in self.fields:
            self.fields[self.select] = [found.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields.setdefault(self.area, []).append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form.get("method", "get").lower() == "post":
            self.offers += [self._sent(button) for button in self.buttons or [{}]]
        if tag in {"select", "textarea"}:
            self.select = self.area = ""

    def _sent(self, button: dict[str, str]) -> Offer:
        name, value = button.get("name", ""), button.get("value", "")
        fields = {**self.fields, **({name: [value]} if name else {})}
        return Offer("POST", button.get("formaction") or self.form["action"], fields, f"{name}={value}")


def offers_of(page: str, path: str) -> Iterator[Offer]:
    reader = _Reader()
    reader.feed(page)
    for offer in reader.offers:
        offer.url = urljoin(path, offer.url)
        if offer.leads_to:
            yield offer


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
