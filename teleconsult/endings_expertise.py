"""What this room keeps open for a patient at a distance and what becomes of it when he has died."""

from __future__ import annotations

from django.utils.translation import ngettext

from accounts.models import User
from coordination.endings import Ending, add_ending
from patients.models import Patient
from teleconsult import notifications_expertise as notifications
from teleconsult.actions.expertise_step import locked, move_on
from teleconsult.models import ExpertiseRequest, ExpertiseState
from teleconsult.models.expertise import ExpertiseRequestQuerySet


def _requests(patient: Patient) -> ExpertiseRequestQuerySet:
    """An opinion that has come is still to be read."""
    return ExpertiseRequest.objects.open().filter(patient=patient).exclude(state=ExpertiseState.ANSWERED)


def end_expertise(patient: Patient, actor: User, note: str) -> list[int]:
    """The family is not written to; who asked and who was answering are."""
    ended = []
    for one in _requests(patient).order_by("pk"):
        request = locked(one)
        event = move_on(request, ExpertiseState.WITHDRAWN, by=actor, verb="withdrawn", note=note)
        if request.sent_at is not None:
            notifications.tell_requester(request, event)
            notifications.tell_experts(request, event, [request.holder] if request.holder is not None else [])
        ended.append(request.pk)
    return ended


add_ending(
    Ending(
        "expertise_requests",
        end_expertise,
        lambda patient: _requests(patient).count(),
        lambda number: ngettext("%d demande d’avis", "%d demandes d’avis", number) % number,
    )
)
