"""Notes and measures beside the timeline: what was written last, and a note with its measures in one go."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import Reader
from coordination.forms.note import NoteForm
from coordination.measures import courses_of
from coordination.models import Note
from coordination.note_access import readable_notes
from coordination.note_cards import cards
from coordination.note_entry import note_options
from coordination.note_inbox import unread_by
from coordination.panels import Door, Panel, add_door, add_panel, cares
from patients.models import Patient

LATEST = 3


def _notes(patient: Patient, reader: Reader) -> dict[str, Any]:
    notes = readable_notes(patient, reader).with_author().order_by("-written_at", "-pk")
    return {
        "form": NoteForm(**note_options(patient, reader)),
        "cards": cards(notes[:LATEST], reader.practitioner),
    }


def _unread(patient: Patient, reader: Reader) -> QuerySet[Note]:
    assert reader.practitioner is not None, "the panel opens to those who care"
    return unread_by(reader.practitioner).filter(patient=patient)


def _measures(patient: Patient, reader: Reader) -> dict[str, Any]:
    return {"courses": courses_of(patient, reader)}


add_panel(
    Panel(
        "notes",
        gettext_lazy("Notes"),
        "coordination/notes_panel.html",
        _notes,
        cares,
        order=10,
        sign="journal-text",
        waiting=_unread,
        note=lambda number: ngettext("%d à lire", "%d à lire", number) % number,
    )
)
add_panel(
    Panel(
        "mesures",
        gettext_lazy("Mesures"),
        "coordination/measures_panel.html",
        _measures,
        cares,
        order=12,
        sign="graph-up",
    )
)
add_door(
    Door("write_note", gettext_lazy("Écrire une note"), "pencil-square", cares, order=10, comes_first=True)
)
