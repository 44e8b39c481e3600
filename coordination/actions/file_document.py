"""What waits « à classer » is taken into the record, or sent back with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import document_messages
from coordination.actions.add_documents import WRITTEN, title_of
from coordination.models import Document, DocumentState
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class AlreadyFiled(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Quelqu’un vient de traiter ce document."))


def file_document(document: Document, said: Mapping[str, Any], *, actor: User) -> Document:
    """`said`: cleaned data of `FilingForm`. Raises `AlreadyFiled`."""
    with transaction.atomic():
        document = _waiting(document)
        for name in WRITTEN:
            if name in said:
                setattr(document, name, said[name])
        document.title = title_of(document)
        document.shared_at = document.shared_at or (clock.now() if said.get("is_shared") else None)
        _settle(document, DocumentState.CURRENT, actor)
        record(actor, "document.filed", document, patient_id=document.patient_id, kind=document.kind)
    return document


def return_document(document: Document, answer: str, *, actor: User) -> Document:
    """The sender is told that an answer waits; the sentence itself is read where he is signed in."""
    with transaction.atomic():
        document = _waiting(document)
        document.answer = answer
        _settle(document, DocumentState.RETURNED, actor)
        record(actor, "document.returned", document, patient_id=document.patient_id)
        document_messages.returned(document)
    return document


def _waiting(document: Document) -> Document:
    document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if document.state != DocumentState.TO_FILE:
        raise AlreadyFiled
    return document


def _settle(document: Document, state: DocumentState, actor: User) -> None:
    document.state, document.filed_by, document.filed_at = state, actor, clock.now()
    document.save()
