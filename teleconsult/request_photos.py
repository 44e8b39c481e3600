"""The photographs that go with a request for an opinion, and which of them the speciality still wants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teleconsult.models import ClinicalPhoto, ExpertiseRequest
from teleconsult.models.photo import ClinicalPhotoQuerySet
from teleconsult.photo_checklist import Shot, checklist_of, missing


def photos_of(request: ExpertiseRequest) -> ClinicalPhotoQuerySet:
    return ClinicalPhoto.objects.kept().with_file().filter(uses__expertise=request).in_order()


def missing_of(request: ExpertiseRequest, photos: Iterable[ClinicalPhoto]) -> list[Shot]:
    """A photograph that was refused shows nothing."""
    return missing(request.speciality, [one.view for one in photos if not one.upload.is_refused])


def photo_context(request: ExpertiseRequest) -> dict[str, Any]:
    """For `teleconsult/components/request_photos.html`; one query."""
    photos = list(photos_of(request))
    return {
        "photos": photos,
        "photos_missing": missing_of(request, photos),
        "wants_photos": bool([shot for shot in checklist_of(request.speciality) if shot.is_needed]),
    }
