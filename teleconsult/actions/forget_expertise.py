"""A person whom nobody here has cared for is forgotten: what was asked about him goes too."""

from __future__ import annotations

from django.db import transaction

from patients.models import Patient
from teleconsult.actions.expertise_step import locked, move_on
from teleconsult.expertise_states import may_become
from teleconsult.models import ExpertiseRequest, ExpertiseState


@transaction.atomic
def forget_expertise(patient: Patient, *, keep_care: bool) -> None:
    """Open ones end. Where he was cared for the opinion stays with the record (CSP R1112-7)."""
    for one in ExpertiseRequest.objects.filter(patient=patient).order_by("pk"):
        request = locked(one)
        if may_become(request, ExpertiseState.WITHDRAWN):
            move_on(request, ExpertiseState.WITHDRAWN, by=None, verb="withdrawn")
        elif may_become(request, ExpertiseState.CLOSED):
            move_on(request, ExpertiseState.CLOSED, by=None, verb="read")
        if not keep_care:
            _empty(request)


def _empty(request: ExpertiseRequest) -> None:
    request.question = request.facts = ""
    request.save(update_fields=["question", "facts"])
    request.context.all().delete()
    request.answers.all().delete()
    # The story is written once, so its lines with words go whole.
    request.events.exclude(note="").delete()
