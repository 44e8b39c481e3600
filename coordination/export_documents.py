"""Documents in what a person takes away: a line for each, and the file of those that he may read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models import Document
from coordination.models.document import DocumentQuerySet
from core.uploads import names, storage
from patients.export import Part, add_part


def _kept(keys: list[int]) -> DocumentQuerySet:
    rows = Document.objects.readable().with_file().select_related("patient").filter(patient__in=keys)
    return rows.order_by("added_at", "pk")


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Of what a professional keeps to himself for now: that it exists, of which kind, from when and by whom."""
    readable = set(_kept(keys).for_patient().values_list("pk", flat=True))
    for row in _kept(keys):
        may_read = row.pk in readable
        yield {
            "for": row.patient.display_name,
            "kind": row.get_kind_display(),
            "title": row.title if may_read else "",
            "dated_on": row.dated_on,
            "source": row.source if may_read else "",
            "added_by": str(row.added_by),
            "added_at": row.added_at,
            "shared_at": row.shared_at,
            "file": _name(row) if may_read else "",
        }


def _files(keys: list[int]) -> Iterator[tuple[str, Path]]:
    for row in _kept(keys).for_patient():
        yield _name(row), storage.folder(row.upload.key) / storage.CLEAN


def _name(document: Document) -> str:
    name = names.for_download(f"{document.dated_on:%Y-%m-%d} {document.title}", document.upload.content_type)
    return f"documents/{document.pk}-{name}"


add_part(
    Part(
        name="documents",
        label=_("Documents"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "kind": _("Nature"),
            "title": _("Titre"),
            "dated_on": _("Date du document"),
            "source": _("Provenance"),
            "added_by": _("Ajouté par"),
            "added_at": _("Ajouté le"),
            "file": _("Fichier dans l’archive"),
        },
        files=_files,
    )
)
