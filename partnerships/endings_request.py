"""What this room keeps open for a patient and what becomes of it when he has died."""

from __future__ import annotations

from django.utils.translation import ngettext

from accounts.models import User
from coordination.endings import Ending, add_ending
from partnerships import notifications_request as notifications
from partnerships.actions.request_care import leave_carers
from partnerships.actions.request_step import locked, move_on
from partnerships.models import ConsultationRequest, RequestState
from partnerships.models.request import ConsultationRequestQuerySet
from patients.models import Patient


def _requests(patient: Patient) -> ConsultationRequestQuerySet:
    """A letter that is still to come after a visit stays awaited: it is still to be read."""
    return ConsultationRequest.objects.open().filter(patient=patient).exclude(state=RequestState.SEEN)


def end_requests(patient: Patient, actor: User, note: str) -> list[int]:
    """The family is not written to; who asked and who sorts are."""
    ended = []
    for one in _requests(patient).order_by("pk"):
        request = locked(one)
        was_sent = request.received_at is not None
        event = move_on(request, RequestState.WITHDRAWN, by=actor, verb="withdrawn", note=note)
        if was_sent:
            leave_carers(request, actor=actor)
            notifications.tell_triage(request, event)
            notifications.tell_requester(request, event)
        ended.append(request.pk)
    return ended


add_ending(
    Ending(
        "consultation_requests",
        end_requests,
        lambda patient: _requests(patient).count(),
        lambda number: (
            ngettext("%d demande à un partenaire", "%d demandes à des partenaires", number) % number
        ),
    )
)
