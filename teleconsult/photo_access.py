"""Who looks at which photograph: whoever takes part in the care, through the record's door. Hidden is missing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404

from accounts.models import User
from coordination import access
from coordination.access import Reader
from patients.models import Patient
from teleconsult.models import ClinicalPhoto, PhotoSitting
from teleconsult.models.photo import ClinicalPhotoQuerySet

KIND = "photos"

type Way = Callable[[User, ClinicalPhoto], bool]

_ways: list[Way] = []


def add_way(way: Way) -> None:
    """Another reason to look at one photograph than the care of the patient: an opinion asked at a distance.

    `way(user, photo)` answers whether this account reads this photograph now; it leaves its own line in the trail.
    """
    if way not in _ways:
        _ways.append(way)


def open_photos(user: User, pk: int) -> tuple[Patient, Reader]:
    """The record for who may read what is clinical, with its line; the desk is not told that there is anything."""
    patient, reader = access.open_record(user, pk)
    if reader.at_desk:
        raise Http404
    return patient, reader


def reopen_photos(user: User, pk: int) -> tuple[Patient, Reader]:
    """The same for what a page fetches or sends after itself."""
    patient, reader = access.reopen_record(user, pk)
    if reader.at_desk:
        raise Http404
    return patient, reader


def photos_for_care(patient: Patient, reader: Reader) -> ClinicalPhotoQuerySet:
    """Without the sittings that the patient closed to this reader."""
    rows = ClinicalPhoto.objects.with_file().filter(patient=patient)
    hidden = access.hidden_entries(patient, reader).get(KIND)
    return rows.exclude(sitting__in=hidden) if hidden else rows


def open_photo(user: User, pk: int, key: UUID) -> tuple[ClinicalPhoto, Reader | None]:
    """One photograph of this patient, with the line of the opening. Without a reader: by another way than the care."""
    try:
        patient, reader = open_photos(user, pk)
    except Http404:
        return _by_a_way(user, pk, key), None
    return _one(patient, reader, key), reader


def _by_a_way(user: User, pk: int, key: UUID) -> ClinicalPhoto:
    photo = ClinicalPhoto.objects.with_file().select_related("patient").filter(patient=pk, key=key).first()
    if photo is None or photo.is_withdrawn or not any(way(user, photo) for way in _ways):
        raise Http404
    return photo


def look_at_photo(user: User, key: UUID) -> ClinicalPhoto:
    """For what a page shows after itself. Asked of the record's door each time, then of the other ways."""
    photo = ClinicalPhoto.objects.with_file().select_related("patient").filter(key=key).first()
    if photo is None:
        raise Http404
    try:
        patient, reader = reopen_photos(user, photo.patient_id)
    except Http404:
        return _by_a_way(user, photo.patient_id, key)
    return _one(patient, reader, key)


def _one(patient: Patient, reader: Reader, key: UUID) -> ClinicalPhoto:
    photo = (
        ClinicalPhoto.objects.with_file().select_related("patient").filter(patient=patient, key=key).first()
    )
    if photo is None:
        raise Http404
    # What opens by a broken glass only is written down there.
    access.get_entry_or_404(
        PhotoSitting.objects.filter(patient=patient), patient, reader, KIND, photo.sitting_id
    )
    return photo


def may_change(photo: ClinicalPhoto, reader: Reader | None) -> bool:
    """Who took it answers for it."""
    return reader is not None and not photo.is_withdrawn and photo.taken_by_id == reader.user.pk
