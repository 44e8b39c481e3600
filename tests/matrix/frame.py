"""The table of who reaches what: one row for each address, checked against the resolver (tests/house/test_matrix.py).

A new address: add a `Row` in `rows_<room or track>.py`. A new kind of record: add a function under `@record("kind")`
in `records_<room or track>.py` that makes one and answers its key; whom it belongs to is said by the cast (people.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.people import World

type People = frozenset[str]
type Make = Callable[[World], Any]

RECORDS: dict[str, Make] = {}


def record(kind: str) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        assert kind not in RECORDS, kind
        RECORDS[kind] = make
        return make

    return keep


@dataclass(frozen=True)
class Row:
    """`get` and `post` name everybody who gets further than « this does not exist »; all the others read 404.

    `keys` says which record stands for each part of the address (a word that names none stands for itself); `query`
    and `data` are what must be asked before anything is answered at all.
    """

    name: str
    get: People
    post: People
    keys: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)


def row(name: str, get: People, post: People | None = None, /, **keys: str) -> Row:
    """Most addresses take both from the same people."""
    return Row(name, get, get if post is None else post, keys)


@dataclass(frozen=True)
class Address:
    name: str
    parts: frozenset[str]
    is_public: bool

    @property
    def wants_a_row(self) -> bool:
        """A public page that names no record shows everybody the same."""
        return bool(self.parts) or not self.is_public


# Pages of packages that know nothing but the account that asks: its own sign-in, its own second factor.
OWN_ACCOUNT = ("account_", "mfa_", "usersessions_")


def addresses(resolver: URLResolver | None = None, parts: frozenset[str] = frozenset()) -> Iterator[Address]:
    """All addresses of the portal but those of the administration (tests/accounts holds them)."""
    for entry in (resolver or get_resolver()).url_patterns:
        named = parts | frozenset(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from addresses(entry, named)
        elif isinstance(entry, URLPattern):
            name = entry.name or repr(entry)
            if not name.startswith(OWN_ACCOUNT):
                yield Address(name, named, getattr(entry.callback, "login_required", True) is False)
