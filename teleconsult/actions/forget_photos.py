"""A person is forgotten: photographs of a care that took place stay as long as the law wants, the rest goes."""

from __future__ import annotations

from django.db import transaction

from core.uploads import parts
from patients.models import Patient
from teleconsult.actions.take_photo import forget_photo
from teleconsult.models import ClinicalPhoto, Lesion, PhotoUpload


@transaction.atomic
def forget_photos(patient: Patient, *, keep_care: bool) -> int:
    """How many went. What never arrived whole, or was refused, is no part of the record (CSP R1112-7)."""
    on_the_way = list(PhotoUpload.objects.filter(patient=patient).values_list("key", flat=True))
    PhotoUpload.objects.filter(patient=patient).delete()
    for key in on_the_way:
        transaction.on_commit(lambda key=key: parts.remove(key), robust=True)  # type: ignore[misc]
    gone = ClinicalPhoto.objects.filter(patient=patient).select_related("upload", "sitting")
    rows = list(gone.filter(upload__state="refused") if keep_care else gone)
    for photo in rows:
        forget_photo(photo)
    if not keep_care:
        Lesion.objects.filter(patient=patient).delete()
    return len(rows)
