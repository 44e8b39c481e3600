"""Every address × person whom the matrix lets in: what a browser has to open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

from appointments.visitor import SESSION_KEY
from tests.everybody.findings import Door
from tests.matrix.frame import OWN_ACCOUNT, RECORDS, addresses
from tests.matrix.people import World, people
from tests.matrix.records_appointments import HOLDER
from tests.matrix.rows import ROWS

VISITOR = "visitor"
# The account's own pages are the same for everybody who is signed in; these three see all that differs.
ACCOUNT_PEOPLE = (VISITOR, "owner", "doctor")
# Whoever is signed in is sent on from here.
SIGNING_IN = frozenset({"account_login", "account_signup", "account_request_login_code"})


def make_world() -> World:
    world = people()
    for kind, make in RECORDS.items():
        world.keys[kind] = make(world)
    return world


def doors(world: World) -> list[Door]:
    """By person, since each has one browser."""
    found = {*matrix_doors(world), *public_doors(world), *account_doors()}
    return sorted(found)


def matrix_doors(world: World) -> Iterator[Door]:
    named = world.keys.get
    for row in ROWS:
        url = reverse(row.name, kwargs={part: named(kind, kind) for part, kind in row.keys.items()})
        query = urlencode({name: named(kind, kind) for name, kind in row.query.items()})
        for who in row.get:
            yield Door(who, row.name, f"{url}?{query}" if query else url)


def public_doors(world: World) -> Iterator[Door]:
    """Pages that name no record and ask for no account have no row: everybody sees them, with his own bar."""
    rows = {row.name for row in ROWS}
    for address in addresses():
        if not address.wants_a_row and address.name not in rows:
            for who in (VISITOR, *world.users):
                yield Door(who, address.name, reverse(address.name))


def account_doors(resolver: URLResolver | None = None) -> Iterator[Door]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from account_doors(entry)
        elif isinstance(entry, URLPattern) and (entry.name or "").startswith(OWN_ACCOUNT):
            try:
                url = reverse(entry.name)
            except NoReverseMatch:  # a link out of an e-mail
                continue
            for who in _account_people(entry):
                yield Door(who, entry.name or "", url)


def _account_people(entry: URLPattern) -> tuple[str, ...]:
    if entry.name in SIGNING_IN:
        return (VISITOR,)
    is_public = getattr(entry.callback, "login_required", True) is False
    return tuple(who for who in ACCOUNT_PEOPLE if who != VISITOR or is_public)


def cookies(world: World, who: str, url: str) -> list[dict[str, str]]:
    if who == VISITOR:
        return []
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": browser_of(world, who).cookies[name].value, "url": url}]


def browser_of(world: World, who: str, **options: Any) -> Client:
    """Signed in without the form; the owner's browser is the one that holds a time."""
    client = Client(**options)
    if who != VISITOR:
        client.force_login(world.users[who])
    if who == "owner":
        session = client.session
        session[SESSION_KEY] = HOLDER
        session.save()
    return client
