from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from core.audit.record import record
from core.uploads.receive import receive
from partnerships.models import Agreement, AgreementDocument


@transaction.atomic
def keep_signed_document(agreement: Agreement, file: UploadedFile[Any], *, actor: User) -> AgreementDocument:
    """Checked and written anew by a worker before anybody can fetch it. Raises what `receive` raises."""
    upload = receive(file, actor=actor)
    document = AgreementDocument.objects.create(agreement=agreement, upload=upload, added_by=actor)
    record(actor, "agreement.document_added", document, agreement=agreement.pk, version=agreement.version)
    return document
