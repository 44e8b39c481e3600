"""What was photographed together is saved together: the files of a form, and those that arrived before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.uploads import storage
from patients.models import Patient
from teleconsult.actions.send_photo import finish_upload
from teleconsult.actions.take_photo import add_photo
from teleconsult.models import ClinicalPhoto, ExpertiseRequest, Lesion, PhotoUpload


def save_photos(
    by: User,
    patient: Patient,
    chosen: Sequence[tuple[str, UploadedFile[Any]]],
    arrived: Sequence[PhotoUpload],
    *,
    place: dict[str, str],
    lesion: Lesion | None = None,
    new_lesion: str = "",
    taken_at: datetime | None = None,
    expertise: ExpertiseRequest | None = None,
) -> list[ClinicalPhoto]:
    """All of them or none. Raises what `add_photo` and `finish_upload` raise."""
    photos: list[ClinicalPhoto] = []
    try:
        with transaction.atomic():
            if lesion is None and new_lesion:
                lesion = follow_lesion(by, patient, new_lesion, place=place, seen_at=taken_at)
            said: dict[str, Any] = {**place, "lesion": lesion, "taken_at": taken_at, "expertise": expertise}
            photos.extend(finish_upload(upload.key, by=by, **said) for upload in arrived)
            photos.extend(add_photo(by, patient, file, view=view, **said) for view, file in chosen)
    except BaseException:
        for photo in photos:
            storage.remove(photo.upload.key)
        raise
    return photos


@transaction.atomic
def follow_lesion(
    by: User, patient: Patient, label: str, *, place: dict[str, str], seen_at: datetime | None = None
) -> Lesion:
    day = clock.local(seen_at).date() if seen_at else clock.today()
    lesion = Lesion.objects.create(patient=patient, label=label, first_seen_on=day, noted_by=by, **place)
    record(by, "lesion.followed", lesion, patient_id=patient.pk)
    return lesion
