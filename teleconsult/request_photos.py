"""The photographs that go with a request for an opinion, and which of them the speciality still wants. Reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.models import User
from coordination.access import without_closed
from patients.access import practitioner_of
from practitioners.models import Practitioner
from teleconsult.expertise_access import requests_to_answer
from teleconsult.models import ClinicalPhoto, ExpertiseRequest, PhotoSitting
from teleconsult.models.photo import ClinicalPhotoQuerySet
from teleconsult.photo_access import KIND, add_way
from teleconsult.photo_checklist import Shot, checklist_of, missing


def photos_of(request: ExpertiseRequest, reader: Practitioner) -> ClinicalPhotoQuerySet:
    """Without the sittings that the patient closed to this reader."""
    sittings = without_closed(PhotoSitting.objects.filter(patient=request.patient_id), reader, KIND)
    rows = ClinicalPhoto.objects.kept().with_file().filter(uses__expertise=request)
    return rows.filter(sitting__in=sittings.values("pk")).in_order()


def missing_photos(request: ExpertiseRequest) -> list[Shot]:
    """A photograph that was refused shows nothing."""
    rows = ClinicalPhoto.objects.kept().filter(uses__expertise=request).exclude(upload__state="refused")
    return missing(request.speciality, rows.values_list("view", flat=True))


def still_wanted(request: ExpertiseRequest) -> list[Shot]:
    """The whole checklist; what goes with the request already is owed no more."""
    owed = {shot.view for shot in missing_photos(request)}
    return [replace(shot, is_needed=shot.view in owed) for shot in checklist_of(request.speciality)]


def photo_context(request: ExpertiseRequest, reader: Practitioner) -> dict[str, Any]:
    """For `teleconsult/components/request_photos.html`."""
    return {"photos": list(photos_of(request, reader)), "photos_missing": missing_photos(request)}


def asked_to_look(user: User, photo: ClinicalPhoto) -> bool:
    """An expert of a pool reads the request, with its photographs, before one of them takes it."""
    reader = practitioner_of(user)
    if reader is None or not requests_to_answer(user).filter(photo_uses__photo=photo).exists():
        return False
    return without_closed(PhotoSitting.objects.filter(pk=photo.sitting_id), reader, KIND).exists()


add_way(asked_to_look)
