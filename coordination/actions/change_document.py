"""What happens to a document of the record: shown to the patient, replaced by a newer version, withdrawn."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import document_messages
from coordination.actions.close_entry import carry_over
from coordination.models import Document, DocumentState
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from core.uploads import storage
from core.uploads.receive import discard, receive


class CannotReplace(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une nouvelle version de ce document vient d’être ajoutée. Ouvrez-la d’abord."))


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Seul un fichier refusé se supprime, et par la personne qui l’a envoyé."))


@transaction.atomic
def share_document(document: Document, *, is_shared: bool, actor: User) -> Document:
    """The patient reads it in his space from now on, or no longer. Saying it twice says it once."""
    document = _locked(document)
    if document.is_shared == is_shared:
        return document
    document.shared_at = clock.now() if is_shared else None
    document.save(update_fields=["shared_at"])
    action = "document.shared" if is_shared else "document.unshared"
    record(actor, action, document, patient_id=document.patient_id)
    if is_shared:
        document_messages.shared(document.patient, [document])
    return document


def replace_document(old: Document, file: UploadedFile[Any], *, note: str, actor: User) -> Document:
    """A newer version. The old one stays beneath it, and stands again where the new one is refused or withdrawn.

    Raises `NotTaken`, `NoRoom`, or `CannotReplace` for who comes second.
    """
    new = Document(
        patient=old.patient,
        kind=old.kind,
        title=old.title,
        dated_on=clock.today(),
        source=old.source,
        note=note,
        origin=old.origin,
        added_by=actor,
        replaces=old,
        shared_at=clock.now() if old.is_shared else None,
    )
    kept = None
    try:
        with transaction.atomic():
            kept = new.upload = receive(file, actor=actor)
            new.save(force_insert=True)
            carry_over("document", old.pk, new.pk)
            record(actor, "document.replaced", new, patient_id=old.patient_id, replaces=old.pk)
    except BaseException as error:
        if kept is not None:
            storage.remove(kept.key)
        if isinstance(error, IntegrityError):
            raise CannotReplace from error
        raise
    return new


@transaction.atomic
def withdraw_document(document: Document, reason: str, *, actor: User) -> Document:
    """It should not be in this record: nobody reads it any more; that it was there, and why it went, stays."""
    document = _locked(document)
    if document.is_withdrawn:
        return document
    document.state = DocumentState.WITHDRAWN
    document.withdrawn_by, document.withdrawn_at, document.withdrawn_why = actor, clock.now(), reason
    document.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_why"])
    record(actor, "document.withdrawn", document, patient_id=document.patient_id)
    return document


@transaction.atomic
def drop_refused(document: Document, *, actor: User) -> None:
    """A file that was refused, thrown away by its sender. Raises `NotYours`."""
    document = _locked(document)
    upload = document.upload
    if not upload.is_refused or document.added_by_id != actor.pk:
        raise NotYours
    record(actor, "document.dropped", document, patient_id=document.patient_id, why=upload.why)
    document.delete()
    discard(upload)


def _locked(document: Document) -> Document:
    rows = Document.objects.select_related("upload", "patient")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
