"""Documents beside the timeline, and the button that adds one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coordination.access import Reader
from coordination.document_access import documents_for_care
from coordination.models import Document, DocumentState
from coordination.panels import Door, Panel, add_door, add_panel, cares
from patients.models import Patient

SHOWN = 6


def _context(patient: Patient, reader: Reader) -> dict[str, Any]:
    rows = documents_for_care(patient, reader).readable().current().order_by("-added_at", "-pk")
    documents = list(rows[: SHOWN + 1])
    return {"documents": documents[:SHOWN], "has_more": len(documents) > SHOWN}


def _to_file(patient: Patient, reader: Reader) -> QuerySet[Document]:
    return documents_for_care(patient, reader).readable().filter(state=DocumentState.TO_FILE)


add_panel(
    Panel(
        "documents",
        _("Documents"),
        "coordination/documents_panel.html",
        _context,
        opens_to=cares,
        order=40,
        sign="file-earmark-text",
        waiting=_to_file,
        note=lambda number: ngettext("%(n)s à classer", "%(n)s à classer", number) % {"n": number},
    )
)
add_door(Door("add_documents", _("Ajouter un document"), "file-earmark-text", opens_to=cares, order=40))
add_door(
    Door(
        "deposit_documents",
        _("Déposer un document"),
        "inbox",
        lambda reader: reader.at_desk,
        order=40,
        comes_first=True,
    )
)
