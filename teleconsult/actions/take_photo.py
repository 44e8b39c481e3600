"""A photograph comes into the record, and is taken out of it again where it was a mistake."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from core.uploads import storage
from core.uploads.receive import discard, receive, type_of
from core.uploads.sniff import PDF
from patients.models import Patient
from teleconsult.models import (
    ClinicalPhoto,
    ExpertiseRequest,
    Lesion,
    PhotoSitting,
    PhotoUse,
    PhotoView,
    VideoVisit,
)
from teleconsult.models.photo_upload import HEAVIEST

# Photographs that are taken together are one line of the record.
ONE_SITTING = timedelta(hours=2)


class NotAPhoto(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce fichier n’est pas une photo. Envoyez une image JPEG, PNG, WebP ou HEIC."
                " Un PDF se range dans les documents."
            )
        )


class TooHeavy(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette photo dépasse 10 Mo. Prenez-la avec une définition plus petite, ou envoyez une capture d’écran."
            )
        )


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Seule la personne qui a envoyé une photo refusée peut la supprimer."))


def check_photo(file: UploadedFile[Any]) -> None:
    """By its weight and its first bytes. Raises a `Refusal` with its sentence."""
    if (file.size or 0) > HEAVIEST:
        raise TooHeavy
    if type_of(file) == PDF:
        raise NotAPhoto


def add_photo(
    by: User,
    patient: Patient,
    file: UploadedFile[Any],
    *,
    view: str = PhotoView.OTHER,
    body_site: str = "",
    side: str = "",
    precision: str = "",
    lesion: Lesion | None = None,
    taken_at: datetime | None = None,
    expertise: ExpertiseRequest | None = None,
    visit: VideoVisit | None = None,
) -> ClinicalPhoto:
    """The photograph waits to be checked, as every file does. Who calls has asked the door, and the patient's word.

    Of a followed lesion the place is the lesion's. Raises `NotTaken`, `NoRoom`, `NotAPhoto` or `TooHeavy`.
    """
    check_photo(file)
    photo = ClinicalPhoto(patient=patient, view=view, lesion=lesion, taken_by=by)
    photo.taken_at = min(taken_at or clock.now(), clock.now())
    place = lesion or ClinicalPhoto(body_site=body_site or "other", side=side, precision=precision)
    photo.body_site, photo.side, photo.precision = place.body_site, place.side, place.precision
    kept = None
    try:
        with transaction.atomic():
            lock("photo-sitting", patient.pk)
            photo.sitting = _sitting(photo)
            kept = photo.upload = receive(file, actor=by)
            photo.save(force_insert=True)
            if expertise or visit:
                PhotoUse.objects.create(photo=photo, expertise=expertise, visit=visit, added_by=by)
            record(by, "photo.added", photo, patient_id=patient.pk)
    except BaseException:
        if kept is not None:
            storage.remove(kept.key)
        raise
    return photo


def _sitting(photo: ClinicalPhoto) -> PhotoSitting:
    """The one that it belongs to, or a new one."""
    near = (photo.taken_at - ONE_SITTING, photo.taken_at + ONE_SITTING)
    rows = PhotoSitting.objects.filter(patient=photo.patient, taken_by=photo.taken_by, taken_at__range=near)
    if found := rows.order_by("-taken_at", "-pk").first():
        return found
    return PhotoSitting.objects.create(
        patient=photo.patient, taken_by=photo.taken_by, taken_at=photo.taken_at
    )


@transaction.atomic
def join_photos(
    expertise: ExpertiseRequest,
    wanted: Collection[ClinicalPhoto],
    offered: Collection[ClinicalPhoto],
    *,
    actor: User,
) -> None:
    """Of the photographs of the record that were offered, the wanted ones go with the request and no others.

    What was not offered (still checked, older) stays as it is.
    """
    lock("photo-sitting", expertise.patient_id)
    uses = PhotoUse.objects.filter(expertise=expertise, photo__in=offered)
    joined = set(uses.values_list("photo", flat=True))
    keys = {photo.pk for photo in wanted}
    if keys == joined:
        return
    uses.exclude(photo__in=keys).delete()
    PhotoUse.objects.bulk_create(
        PhotoUse(photo_id=key, expertise=expertise, added_by=actor) for key in sorted(keys - joined)
    )
    record(actor, "photo.joined", expertise, patient_id=expertise.patient_id, photos=len(keys))


@transaction.atomic
def withdraw_photo(photo: ClinicalPhoto, reason: str, *, actor: User) -> ClinicalPhoto:
    """Nobody looks at it any more; that it was there, and why it went, stays."""
    photo = _locked(photo)
    if photo.is_withdrawn:
        return photo
    photo.withdrawn_by, photo.withdrawn_at, photo.withdrawn_why = actor, clock.now(), reason
    photo.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    record(actor, "photo.withdrawn", photo, patient_id=photo.patient_id)
    return photo


@transaction.atomic
def drop_refused(photo: ClinicalPhoto, *, actor: User) -> None:
    """A file that was no photograph after all: its file is gone already, its line goes too. Raises `NotYours`."""
    photo = _locked(photo)
    if not photo.upload.is_refused or photo.taken_by_id != actor.pk:
        raise NotYours
    record(actor, "photo.dropped", photo, patient_id=photo.patient_id, why=photo.upload.why)
    forget_photo(photo)


@transaction.atomic
def forget_photo(photo: ClinicalPhoto) -> None:
    """The row now, the file with the commit; a sitting without photographs goes too."""
    upload, sitting = photo.upload, photo.sitting
    photo.delete()
    discard(upload)
    if not sitting.photos.exists():
        sitting.delete()


def _locked(photo: ClinicalPhoto) -> ClinicalPhoto:
    rows = ClinicalPhoto.objects.select_related("upload", "patient", "sitting")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=photo.pk)
