"""Where inputs are thrown: the cast of the matrix with its records, the whole way in, everything undone after."""

from __future__ import annotations

import gzip
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.template.backends.django import Template as Drawn
from django.template.base import PartialTemplate, Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.everybody.doors import browser_of
from tests.hostile import headers
from tests.hostile.figures import Figures
from tests.matrix.frame import RECORDS, Row
from tests.matrix.people import World, people
from tests.matrix.rows import ROWS

ROW = {row.name: row for row in ROWS}
_NAMES = re.compile(r"""(?:GET|params|asked|query)(?:\.get|\.getlist)?[\[(]\s*["'](\w+)["']""")
# One address of the administration is written as a regular expression.
_REGEX = re.compile(r"^\^?\(\?P<\w+>.*\)(?=/)|\$$")
_PART = re.compile(r"<[^>]+>")
# What was refused is said in an alert; what is not there, by a page with a heading.
_ALERTS = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}
_PAGES = {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


@dataclass(frozen=True)
class Target:
    """One address of the resolver."""

    name: str
    route: str
    converters: dict[str, str]
    queries: list[str]

    @property
    def row(self) -> Row | None:
        return ROW.get(self.name)

    def path(self, pieces: list[str]) -> str:
        """With these words in the places of its parts, whatever `reverse` would say of them."""
        left = iter(pieces)
        return _PART.sub(lambda _part: next(left, "x"), self.route)


def targets(
    resolver: URLResolver | None = None, space: str = "", route: str = "/", parts: Any = None
) -> Iterator[Target]:
    for entry in (resolver or get_resolver()).url_patterns:
        whole = route + _REGEX.sub("<word>", str(entry.pattern))
        found = {**(parts or {}), **{k: type(v).__name__ for k, v in entry.pattern.converters.items()}}
        if isinstance(entry, URLResolver):
            yield from targets(entry, f"{entry.namespace}:" if entry.namespace else space, whole, found)
        elif isinstance(entry, URLPattern) and entry.name:
            yield Target(space + entry.name, whole, found, _names_read(entry.callback))


def _names_read(view: Any) -> list[str]:
    """The names that the module of a view asks the address for."""
    module = inspect.getmodule(inspect.unwrap(view))
    if module is None or not module.__name__.startswith(
        ("msp", "core", "acc", "pra", "pat", "app", "coo", "tel", "par")
    ):
        return ["q", "o", "p", "next", "_popup", "e"]
    return sorted({*_NAMES.findall(inspect.getsource(module)), "page", "next"})


class Pen:
    """Whether pages are drawn: nine tenths of the time go there, long after what was sent has been judged."""

    draws = True

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        drawn = Drawn.render

        def render(template: Any, context: Any = None, request: Any = None) -> str:
            return drawn(template, context, request) if self.draws else ""

        monkeypatch.setattr(Drawn, "render", render)
        # The test runner's own rendering copies the context of each template, which nobody here looks at.
        saved = cast("Any", _TestState).saved_data
        monkeypatch.setattr(Template, "_render", saved.template_render)
        monkeypatch.setattr(PartialTemplate, "_render", saved.partial_template_render)


@dataclass
class Stage:
    world: World
    figures: Figures
    pen: Pen
    clients: dict[str, Client] = field(default_factory=dict)

    @classmethod
    def build(cls, figures: Figures, pen: Pen) -> Stage:
        world = people()
        for kind, make in RECORDS.items():
            world.keys[kind] = make(world)
        administrator = world.users["administrator"]
        administrator.is_staff = administrator.is_superuser = True
        administrator.save(update_fields=["is_staff", "is_superuser"])
        # What the world owes its constraints is settled here: else each input would be charged with all of it again.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        stage = cls(world, figures, pen)
        for who in ("visitor", *world.users):
            # What would be an answer of 500 is raised, with its whole story.
            stage.clients[who] = browser_of(world, who, raise_request_exception=True)
        return stage

    def path(self, target: Target) -> str | None:
        """The address of the record that the matrix names; None where it names none."""
        row = target.row
        named = self.world.keys.get
        keys = {part: named(kind, kind) for part, kind in row.keys.items()} if row else {}
        try:
            url = reverse(target.name, kwargs=keys or None)
        except NoReverseMatch:
            return None
        query = {name: named(kind, kind) for name, kind in row.query.items()} if row else {}
        return f"{url}?{urlencode(query)}" if query else url

    def throw(self, who: str, method: str, path: str, data: Any = None, **environ: Any) -> HttpResponseBase:
        """One input. Whatever it did is undone; what the database would have refused at the commit is asked for."""
        before = transaction.savepoint_create()
        connection.needs_rollback = False
        try:
            answer = self._answer(who, method, path, data, environ)
            if answer.status_code == HTTPStatus.OK:
                found = headers.wrong(answer, "visitor" if "HTTP_COOKIE" in environ else who)
                assert found == [], f"headers: {found}"
            if not answer.streaming:
                self._check(answer)
            if method != "GET" and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        finally:
            connection.needs_rollback = False
            transaction.savepoint_rollback(before)
            connection.run_on_commit.clear()
            forget_counters()
        return answer

    def _answer(self, who: str, method: str, path: str, data: Any, environ: Any) -> HttpResponseBase:
        client = self.clients[who]
        kept: Any = client.cookies.copy()
        try:
            if isinstance(data, dict) and method == "POST":
                answer: HttpResponseBase = client.post(path, data, **environ)
            else:
                body, kind = data if isinstance(data, tuple) else (b"", "application/octet-stream")
                answer = client.generic(method, path, body, kind, **environ)
        finally:
            client.cookies = kept
        for _piece in answer if answer.streaming else ():
            pass
        self.figures.count(answer.status_code)
        return answer

    def _check(self, answer: Any) -> None:
        """No error, and a refusal that a person reads explains itself."""
        assert answer.status_code < 500, answer.status_code
        if self.pen.draws and answer.get("Content-Type", "").startswith("text/html"):
            is_packed = answer.get("Content-Encoding") == "gzip"
            page = gzip.decompress(answer.content) if is_packed else answer.content
            if answer.status_code in _ALERTS:
                assert b'role="alert"' in page, f"{answer.status_code} does not explain"
            elif answer.status_code in _PAGES and b"<html" in page:
                assert b"<h1" in page, f"{answer.status_code} does not explain"


def forget_counters() -> None:
    """Limits would refuse nearly everything; what pages remember of the house may stay."""
    memory = cast("Any", caches["default"])
    for key in [key for key in memory._cache if "rate:" in key or "allauth" in key]:
        memory._delete(key)


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode(pairs, errors='replace')}"


def quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")
