"""A person is forgotten: the care record stays as long as the law wants, the rest goes with its files."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from coordination.models import Document, DocumentState
from core.uploads.receive import discard
from patients.models import Patient


@transaction.atomic
def forget_documents(patient: Patient, *, keep_care: bool) -> int:
    """How many went. What nobody took into the record (sent back, never filed, refused) is no part of it."""
    gone = Document.objects.filter(patient=patient).select_related("upload")
    if keep_care:
        gone = gone.filter(
            Q(state__in=[DocumentState.TO_FILE, DocumentState.RETURNED]) | Q(upload__state="refused")
        )
    rows = list(gone)
    for document in rows:
        document.delete()
        discard(document.upload)
    return len(rows)
