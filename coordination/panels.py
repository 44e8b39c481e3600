"""What stands beside the timeline on a patient's page, and the buttons above it. Other rooms and tracks hook in here.

In `coordination/panels_<noun>.py`, imported by `CoordinationConfig.ready`:

    add_panel(Panel("notes", _("Notes"), "coordination/notes_panel.html", notes_of, cares, order=20))
    add_door(Door("write_note", _("Écrire une note"), "pencil", cares, order=10, comes_first=True))

A panel's template is a fragment without <html>; it gets `patient`, `reader` (`coordination.access.Reader`) and what
`context(patient, reader)` answers. The panel is fetched after the page (`/patients/<pk>/volets/<name>/`), so that a
page costs the same whatever stands beside it; without script its heading is a link to the same address, whole.
`waiting` names the rows of which the heading tells the number, in the words of `note` ("3 à lire"): counted on the
page itself, those of all panels in one query.
A door leads to `reverse(url_name, args=[patient.pk])`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise

from coordination.access import Reader
from core.db import together
from patients.models import Patient
from practitioners.models.practitioner import Kind


def cares(reader: Reader) -> bool:
    """Takes part in the care: may read what is clinical."""
    return not reader.at_desk


def cares_in_the_house(reader: Reader) -> bool:
    """Who comes from a partner or answers from afar has a record to read, and no part in how the house works."""
    return cares(reader) and reader.practitioner is not None and reader.practitioner.kind == Kind.MEMBER


def anybody(reader: Reader) -> bool:
    """The desk too: administrative facts only."""
    return True


@dataclass(frozen=True)
class Panel:
    name: str
    label: str | Promise
    template: str
    context: Callable[[Patient, Reader], dict[str, Any]]
    opens_to: Callable[[Reader], bool] = cares
    order: int = 50
    sign: str = "list"
    waiting: Callable[[Patient, Reader], QuerySet[Any, Any]] | None = None
    note: Callable[[int], str] = str


@dataclass(frozen=True)
class Door:
    url_name: str
    label: str | Promise
    sign: str
    opens_to: Callable[[Reader], bool] = cares
    order: int = 50
    # Beside « Prendre rendez-vous »; the others stand behind « Autres actions ».
    comes_first: bool = False


@dataclass(frozen=True)
class ShownPanel:
    panel: Panel
    url: str
    note: str


_panels: dict[str, Panel] = {}
_doors: dict[str, Door] = {}


def add_panel(panel: Panel) -> None:
    _panels[panel.name] = panel


def add_door(door: Door) -> None:
    _doors[door.url_name] = door


def panels_of(patient: Patient, reader: Reader) -> list[ShownPanel]:
    shown = sorted((one for one in _panels.values() if one.opens_to(reader)), key=lambda one: one.order)
    asked = {one.name: one.waiting(patient, reader) for one in shown if one.waiting}
    keys = together(*(rows.order_by().values_list("pk", flat=True) for rows in asked.values()))
    numbers = {name: len(found) for name, found in zip(asked, keys, strict=True)}
    return [
        ShownPanel(
            panel,
            reverse("record_panel", args=[patient.pk, panel.name]),
            panel.note(numbers[panel.name]) if numbers.get(panel.name) else "",
        )
        for panel in shown
    ]


def get_panel(name: str, reader: Reader) -> Panel:
    panel = _panels.get(name)
    if panel is None or not panel.opens_to(reader):
        raise Http404
    return panel


def doors_of(patient: Patient, reader: Reader) -> list[tuple[Door, str]]:
    """Each with its address."""
    shown = sorted((one for one in _doors.values() if one.opens_to(reader)), key=lambda one: one.order)
    return [(door, reverse(door.url_name, args=[patient.pk])) for door in shown]
