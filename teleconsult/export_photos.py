"""Photographs in what a person takes away: a line for each, and the picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.uploads import names, storage
from patients.export import Part, add_part
from teleconsult.models import ClinicalPhoto
from teleconsult.models.photo import ClinicalPhotoQuerySet


def _kept(keys: list[int]) -> ClinicalPhotoQuerySet:
    rows = ClinicalPhoto.objects.shown().with_file().select_related("patient").filter(patient__in=keys)
    return rows.order_by("taken_at", "pk")


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    for row in _kept(keys):
        yield {
            "for": row.patient.display_name,
            "view": row.get_view_display(),
            "place": row.place,
            "lesion": row.lesion.label if row.lesion else "",
            "taken_at": row.taken_at,
            "taken_by": str(row.taken_by),
            "file": _name(row),
        }


def _files(keys: list[int]) -> Iterator[tuple[str, Path]]:
    for row in _kept(keys):
        yield _name(row), storage.folder(row.upload.key) / storage.CLEAN


def _name(photo: ClinicalPhoto) -> str:
    said = f"{photo.taken_at:%Y-%m-%d} {photo.get_view_display()} {photo.place}"
    return f"photos/{photo.pk}-{names.for_download(said, photo.upload.content_type)}"


add_part(
    Part(
        name="photos",
        label=_("Photos"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "view": _("Vue"),
            "place": _("Endroit"),
            "lesion": _("Lésion suivie"),
            "taken_at": _("Prise le"),
            "taken_by": _("Prise par"),
            "file": _("Fichier dans l’archive"),
        },
        files=_files,
    )
)
