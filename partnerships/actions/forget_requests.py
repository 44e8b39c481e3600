"""A person whom nobody here has cared for is forgotten: what was written about him in requests goes too."""

from __future__ import annotations

from django.db import transaction

from core.uploads.receive import discard
from partnerships.actions.request_step import locked, move_on
from partnerships.models import ConsultationRequest, RequestState
from partnerships.request_states import may_become
from patients.models import Patient


@transaction.atomic
def forget_requests(patient: Patient, *, keep_care: bool) -> None:
    """Open ones end. Where he was cared for the letter stays with the record (CSP R1112-7)."""
    for one in ConsultationRequest.objects.filter(patient=patient).order_by("pk"):
        request = locked(one)
        if may_become(request, RequestState.WITHDRAWN):
            move_on(request, RequestState.WITHDRAWN, by=None, verb="withdrawn")
        if not keep_care:
            _empty(request)


def _empty(request: ConsultationRequest) -> None:
    request.question = request.facts = ""
    request.save(update_fields=["question", "facts"])
    request.answers.all().delete()
    for file in request.files.select_related("upload"):
        upload = file.upload
        file.delete()
        if upload is not None:
            discard(upload)
    # The story is written once, so its lines with words go whole.
    request.events.exclude(note="").delete()
