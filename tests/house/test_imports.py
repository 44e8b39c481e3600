"""From another room only its front doors are used; `make check` holds the floors, this holds the doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from msp_portal.paths import BASE_DIR

# `core` is no room but the ground: all of it is there to be stood on.
ROOMS = [
    "accounts",
    "practitioners",
    "patients",
    "appointments",
    "coordination",
    "partnerships",
    "teleconsult",
]
PRIVATE = {"views", "forms", "tasks", "urls", "admin", "consumers", "routing"}
# Booking asks a newcomer for the same identity, in the same words and with the same checks, as his own space does.
ALLOWED = {
    "appointments": {
        "patients.forms.identity.IdentityForm",
        "patients.forms.identity.RelativeForm",
        "patients.forms.desk.SearchForm",
    }
}


def imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_uses_what_is_private_to_another(room: str) -> None:
    found = [
        f"{source.relative_to(BASE_DIR)} imports {name}"
        for source in sorted((BASE_DIR / room).rglob("*.py"))
        for name in imported(source)
        if name not in ALLOWED.get(room, set())
        and (parts := name.split("."))[0] in ROOMS
        and parts[0] != room
        and len(parts) > 1
        and parts[1] in PRIVATE
    ]
    assert found == []
