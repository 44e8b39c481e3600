"""A photograph arrives piece by piece: begun, continued from the last byte that is here, taken into the record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.refusal import Refusal
from core.uploads import names, parts
from core.uploads.refusals import NoRoom, NotTaken, Why
from core.uploads.sniff import HEAD, PDF, sniff
from patients.models import Patient
from teleconsult.actions.take_photo import NotAPhoto, TooHeavy, add_photo, forget_photo
from teleconsult.models import ClinicalPhoto, PhotoPurpose, PhotoUpload
from teleconsult.models.photo_upload import CHUNK, HEAVIEST, LASTS, PhotoUploadQuerySet

log = structlog.get_logger(__name__)

# Nobody photographs more before he saves.
MOST_UNDER_WAY = 40


class TooMany(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Quarante photos attendent déjà d’être enregistrées. Enregistrez-les, ou retirez-en.")
        )


class WrongOffset(Refusal):
    """The sender is told where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("L’envoi reprend là où il s’était arrêté."))
        self.offset = offset


class TooMuch(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cet envoi ne correspond pas à la photo annoncée. Envoyez-la à nouveau."))


class NotWhole(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette photo n’est pas arrivée en entier. Attendez la fin de l’envoi."))


class Altered(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette photo est arrivée abîmée. Envoyez-la à nouveau."))


class Gone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cet envoi n’existe plus. Choisissez la photo à nouveau."))


def begin_upload(
    by: User,
    patient: Patient,
    *,
    size: int,
    view: str,
    name: str = "",
    digest: str = "",
    purpose: str = PhotoPurpose.RECORD,
    bound_to: str = "",
) -> PhotoUpload:
    """A new one, or the same person's of the same photograph, as far as it has come: a page that was reloaded goes on.

    Raises `NotTaken`, `TooHeavy` or `TooMany`.
    """
    if size <= 0:
        raise NotTaken(Why.EMPTY)
    if size > HEAVIEST:
        raise TooHeavy
    mine = uploads_under_way(by, patient, purpose, bound_to)
    if digest and (found := mine.filter(size=size, digest=digest, view=view).order_by("-pk").first()):
        return found
    if PhotoUpload.objects.under_way().filter(user=by).count() >= MOST_UNDER_WAY:
        raise TooMany
    return PhotoUpload.objects.create(
        user=by,
        patient=patient,
        purpose=purpose,
        bound_to=bound_to,
        view=view,
        name=names.shown(name),
        digest=digest,
        size=size,
    )


def uploads_under_way(
    by: User,
    patient: Patient,
    purpose: str = PhotoPurpose.RECORD,
    bound_to: str = "",
    keys: Sequence[str] = (),
) -> PhotoUploadQuerySet:
    """What this person sent and has not saved. `keys`: saved a moment ago, asked again as the answer was lost."""
    rows = PhotoUpload.objects.filter(user=by, patient=patient, purpose=purpose, bound_to=bound_to)
    asked = Q(key__in=[key for key in keys if _is_key(key)])
    return rows.filter(Q(is_done=False) | asked, expires_at__gt=clock.now()).order_by("pk")


def _is_key(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def continue_upload(key: UUID, data: bytes, *, offset: int, by: User) -> PhotoUpload:
    """These bytes, if they are the next ones. What cannot become a photograph any more leaves nothing behind.

    Raises `Gone`, `WrongOffset`, `TooMuch`, `Altered`, `NotTaken`, `NotAPhoto` or `NoRoom`.
    """
    with transaction.atomic():
        upload = _locked(key, by)
        if upload.is_done or offset != upload.received:
            raise WrongOffset(upload.received)
        refusal = _why_not(upload, data)
        if refusal is None:
            _write(upload, data)
            refusal = _why_altered(upload)
        if refusal is not None:
            upload.delete()
    if refusal is not None:
        parts.remove(key)
        raise refusal
    return upload


def _why_not(upload: PhotoUpload, data: bytes) -> Refusal | None:
    """Of the first piece the first bytes say already what it is."""
    if not data or len(data) > CHUNK or upload.received + len(data) > upload.size:
        return TooMuch()
    if upload.received == 0 and (found := sniff(data[:HEAD])) in (None, PDF):
        return NotAPhoto() if found == PDF else NotTaken(Why.UNKNOWN)
    return None


def _why_altered(upload: PhotoUpload) -> Refusal | None:
    """Of a whole one: whether it is what the browser announced."""
    if upload.received < upload.size or not upload.digest:
        return None
    with parts.opened(upload.key) as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return None if found == upload.digest else Altered()


def _write(upload: PhotoUpload, data: bytes) -> None:
    try:
        parts.write(upload.key, upload.received, data)
    except OSError as error:
        log.warning("photo.not_written", error=type(error).__name__, number=error.errno)
        raise NoRoom from error
    upload.received += len(data)
    upload.expires_at = clock.now() + LASTS
    upload.save(update_fields=["received", "expires_at"])


@transaction.atomic
def finish_upload(key: UUID, *, by: User, **said: Any) -> ClinicalPhoto:
    """The photograph of a whole upload, once: who asks again because the answer was lost gets the same one.

    `said`: as of `add_photo`, but the view, which the upload knows. Raises what that raises, `Gone` or `NotWhole`.
    """
    upload = _locked(key, by)
    if upload.photo is not None:
        return upload.photo
    if upload.is_done:
        raise Gone
    if upload.received != upload.size:
        raise NotWhole
    photo = upload.photo = _photo_of(upload, by, said)
    upload.is_done = True
    upload.save(update_fields=["photo", "is_done"])
    transaction.on_commit(lambda: parts.remove(key), robust=True)
    return photo


def _photo_of(upload: PhotoUpload, by: User, said: dict[str, Any]) -> ClinicalPhoto:
    with parts.opened(upload.key) as file:
        sent = UploadedFile(file, upload.name or "photo", size=upload.size)
        return add_photo(by, upload.patient, sent, view=upload.view, **said)


@transaction.atomic
def drop_upload(key: UUID, *, by: User) -> None:
    """Its sender does not want it any more. What is in the record already stays there."""
    upload = _locked(key, by)
    if not upload.is_done:
        upload.delete()
        transaction.on_commit(lambda: parts.remove(key), robust=True)


def _locked(key: UUID, by: User) -> PhotoUpload:
    """Only of the person himself, and while it lasts."""
    rows = PhotoUpload.objects.select_for_update(of=("self",), no_key=True).select_related("patient", "photo")
    upload = rows.filter(key=key, user=by, expires_at__gt=clock.now()).first()
    if upload is None:
        raise Gone
    return upload


def tidy_uploads() -> int:
    """What was never finished goes after a day, and what was refused once its sender has had a day to read why."""
    over = list(PhotoUpload.objects.over().values_list("pk", "key"))
    PhotoUpload.objects.filter(pk__in=[pk for pk, _key in over]).delete()
    known = set(PhotoUpload.objects.values_list("key", flat=True))
    for key, changed in parts.found_on_disk():
        if key not in known and changed < (clock.now() - LASTS).timestamp():
            parts.remove(key)
    for _pk, key in over:
        parts.remove(key)
    return len(over) + _tidy_refused()


def _tidy_refused() -> int:
    before = clock.now() - LASTS
    rows = ClinicalPhoto.objects.filter(upload__state="refused", upload__checked_at__lt=before)
    refused = list(rows.select_related("upload", "sitting"))
    for photo in refused:
        forget_photo(photo)
    return len(refused)
