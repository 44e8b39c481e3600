"""`{% include … only %}` gives a piece what is named there and nothing else: what it asks for and nobody gives is drawn
as nothing, without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, Variable
from django.template.defaulttags import CsrfTokenNode
from django.template.loader_tags import IncludeNode
from django.template.smartif import TokenBase

BASE = Path(settings.BASE_DIR)
TEMPLATES = BASE / "templates"
ROOMS = [path.parent for path in BASE.glob("*/__init__.py") if path.parent.name != "tests"]
NAMED_INSIDE = re.compile(r"\bas(?:var)? (\w+)")
LOOPED = re.compile(r"{% for ([\w, ]+) in ")
LOOKED_INTO = (Node, FilterExpression, Variable, TokenBase)
PAIRED = re.compile(r"{% (?:with|blocktranslate|widthratio)\b([^%]*)%}")


@dataclass
class Piece:
    source: str
    asked: set[str] = field(default_factory=set)
    posts: bool = False
    includes: list[tuple[str, set[str], bool]] = field(default_factory=list)

    @property
    def named_inside(self) -> set[str]:
        named = set(NAMED_INSIDE.findall(self.source))
        looped = {name.strip() for names in LOOPED.findall(self.source) for name in names.split(",")}
        paired = {name for pairs in PAIRED.findall(self.source) for name in re.findall(r"(\w+)=", pairs)}
        return {"forloop", "block", "True", "False", "None"} | named | looped | paired


def roots(part: Any, seen: set[int]) -> Iterator[str]:
    """The first names of every variable of a compiled template, tags of the house included."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list | tuple):
        for one in part:
            yield from roots(one, seen)
    elif not isinstance(part, LOOKED_INTO) or id(part) in seen:
        return
    elif isinstance(part, Variable):
        if part.lookups:
            yield part.lookups[0]
    elif isinstance(part, FilterExpression):
        yield from roots(part.var, seen)
        for _, arguments in part.filters:
            yield from roots([value for looked_up, value in arguments if looked_up], seen)
    else:
        seen.add(id(part))
        yield from roots(
            [value for name, value in vars(part).items() if name not in ("origin", "token")], seen
        )


@cache
def pieces() -> dict[str, Piece]:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = str(path.relative_to(TEMPLATES))
        nodes = engine.get_template(name).nodelist
        piece = found[name] = Piece(path.read_text(), set(roots(nodes, set())))
        piece.posts = bool(nodes.get_nodes_by_type(CsrfTokenNode))
        for node in nodes.get_nodes_by_type(IncludeNode):
            if isinstance(node.template.var, str):
                piece.includes.append(
                    (str(node.template.var), set(node.extra_context), node.isolated_context)
                )
    return found


def posts(name: str) -> bool:
    """Whether a form is in the piece, or in one that it hands everything to."""
    piece = pieces()[name]
    return piece.posts or any(
        posts(inner) for inner, _, alone in piece.includes if not alone and inner in pieces()
    )


def asked(name: str) -> set[str]:
    """By the piece, or by one that it hands everything to."""
    piece = pieces()[name]
    handed_on = [inner for inner, _, alone in piece.includes if not alone and inner in pieces()]
    return piece.asked.union(*(asked(inner) for inner in handed_on), {"csrf_token"} if posts(name) else set())


@cache
def rendered_by_views() -> str:
    return "\n".join(path.read_text() for room in ROOMS for path in room.rglob("*.py"))


def included_alone() -> list[str]:
    """Pieces that are never drawn but with what an include names."""
    sites: dict[str, list[bool]] = {}
    for piece in pieces().values():
        for name, _, alone in piece.includes:
            if name in pieces():  # and no library's own
                sites.setdefault(name, []).append(alone)
    return sorted(
        name for name, alone in sites.items() if all(alone) and f'"{name}"' not in rendered_by_views()
    )


def test_there_is_something_to_look_at():
    assert len(included_alone()) > 60
    assert "partnerships/desk_session.html" in included_alone()


@pytest.mark.parametrize("name", included_alone())
def test_what_a_piece_asks_for_is_given_by_somebody(name):
    given = {
        key
        for piece in pieces().values()
        for inner, keys, _ in piece.includes
        if inner == name
        for key in keys
    }
    assert pieces()[name].asked - given - pieces()[name].named_inside == set()
    assert given - asked(name) == set()


def test_a_form_inside_an_include_gets_the_token_of_its_page():
    without = [
        (outer, inner)
        for outer, piece in pieces().items()
        for inner, keys, alone in piece.includes
        if alone and inner in pieces() and posts(inner) and "csrf_token" not in keys
    ]
    assert without == []
