"""Files of a patient's record come in: by who cares for him, from his own space, or over the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from coordination import document_messages
from coordination.models import Document, DocumentState, Origin
from core import clock
from core.audit.record import record
from core.uploads import storage
from core.uploads.receive import receive
from patients.models import Patient
from practitioners.models import Practitioner

# Of the fields of a document, those that people write.
WRITTEN = ("kind", "title", "dated_on", "source", "note")


@transaction.atomic
def add_documents(
    patient: Patient,
    files: Sequence[UploadedFile[Any]],
    said: Mapping[str, Any],
    *,
    actor: User,
    origin: Origin = Origin.CARE,
) -> list[Document]:
    """`said`: cleaned data of `DocumentForm`. One document for each file, or none where one of them is not taken.

    Each is read by others once it is checked. Raises `NotTaken` or `NoRoom`.
    """
    shared_at = clock.now() if said.get("is_shared") else None
    documents = _add(patient, files, said, actor=actor, origin=origin, shared_at=shared_at)
    if shared_at:
        document_messages.shared(patient, documents)
    return documents


@transaction.atomic
def send_documents(
    patient: Patient,
    files: Sequence[UploadedFile[Any]],
    said: Mapping[str, Any],
    *,
    to: Practitioner,
    origin: Origin,
    actor: User,
) -> list[Document]:
    """From outside the care: they wait « à classer » for one professional, who takes them or sends them back."""
    state = DocumentState.TO_FILE
    documents = _add(patient, files, said, actor=actor, origin=origin, addressed_to=to, state=state)
    document_messages.to_file(patient, to, documents)
    return documents


def _add(
    patient: Patient,
    files: Sequence[UploadedFile[Any]],
    said: Mapping[str, Any],
    *,
    actor: User,
    **fields: Any,
) -> list[Document]:
    written = {name: said[name] for name in WRITTEN if said.get(name)}
    kept: list[Document] = []
    try:
        with transaction.atomic():
            for number, file in enumerate(files, start=1):
                document = Document(patient=patient, added_by=actor, **written, **fields)
                document.title = title_of(document, number if len(files) > 1 else 0)
                document.upload = receive(file, actor=actor)
                kept.append(document)
                document.save(force_insert=True)
                record(
                    actor,
                    "document.added",
                    document,
                    patient_id=patient.pk,
                    kind=document.kind,
                    origin=document.origin,
                )
    except BaseException:
        for document in kept:
            storage.remove(document.upload.key)
        raise
    return kept


def title_of(document: Document, number: int = 0) -> str:
    """What was written, else what it is and from when: never the name that a telephone gave to the file."""
    title = document.title or document.kind_and_day
    return f"{title[:112]} ({number})" if number else title
