"""Every role × every kind of record × every address, GET and POST: nothing is reached without a row that says so."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, cast

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpResponse
from django.template.backends.django import Template
from django.test import RequestFactory
from django.urls import resolve, reverse

from appointments.visitor import SESSION_KEY
from tests.cast import SUNDAY_NOON
from tests.matrix.frame import RECORDS, Row, addresses
from tests.matrix.people import World, people
from tests.matrix.records_appointments import HOLDER
from tests.matrix.rows import ROWS

# Each with a world of its own, so that several processes share the work.
PARTS = 2


@pytest.fixture
def world(db, monkeypatch) -> Iterator[World]:
    # Who may read a page is decided before it is drawn; drawing thousands of them is nine tenths of the time.
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    with time_machine.travel(SUNDAY_NOON, tick=False):
        world = people()
        for kind, make in RECORDS.items():
            world.keys[kind] = make(world)
        yield world


def ask(world: World, who: str, row: Row, method: str) -> HttpResponse:
    """The request as it comes out of the middleware, which is the same for everybody (and tested elsewhere)."""
    named = world.keys.get
    url = reverse(row.name, kwargs={part: named(kind, kind) for part, kind in row.keys.items()})
    query = {name: named(kind, kind) for name, kind in row.query.items()}
    factory = RequestFactory(query_params=query)
    request: Any = (
        factory.post(url, row.data, query_params=query) if method == "post" else factory.get(url, query)
    )
    request.user = AnonymousUser() if who == "visitor" else copy(world.users[who])
    request.session = SessionStore()
    request.session[SESSION_KEY] = HOLDER if who == "owner" else ""
    request._messages = CookieStorage(request)
    view = resolve(url)
    if who == "visitor" and getattr(view.func, "login_required", True):
        return HttpResponse(status=404)
    try:
        return cast("HttpResponse", view.func(request, *view.args, **view.kwargs))
    except Http404:
        return HttpResponse(status=404)


def is_reached(response: HttpResponse) -> bool:
    """404: for him it does not exist. 405: nobody reads by this method. Sent to ask for the word: shown nothing."""
    if response.status_code == 302 and response["Location"].endswith("/information/"):
        return False
    return response.status_code not in (404, 405)


def reached(world: World, row: Row, method: str) -> set[str]:
    """What anybody did there is undone."""
    found = set()
    before = transaction.savepoint_create()
    for who in ("visitor", *world.users):
        answer = ask(world, who, row, method)
        for close in answer._resource_closers:  # a file that was opened; the request itself never began
            close()
        if is_reached(answer):
            found.add(who)
            transaction.savepoint_rollback(before)
            cache.clear()
    return found


def test_every_address_has_a_row_and_every_row_an_address():
    parts = {address.name: address.parts for address in addresses()}
    wanted = {address.name for address in addresses() if address.wants_a_row}
    rows = {row.name for row in ROWS}
    assert wanted - rows == set(), "an address without a row in tests/matrix/rows_*.py"
    assert len(rows) == len(ROWS), "two rows for one address"
    assert {row.name: frozenset(row.keys) for row in ROWS} == {name: parts.get(name) for name in rows}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_who_reaches_what(world, part):
    """Exactly those whom the row names: nobody more, and nobody of them locked out."""
    rows = ROWS[part::PARTS]
    found = {row.name: (reached(world, row, "get"), reached(world, row, "post")) for row in rows}
    expected = {row.name: (row.get, row.post) for row in rows}
    wrong = {name: (found[name], expected[name]) for name in found if found[name] != expected[name]}
    assert wrong == {}, "found, expected (get, post)"
