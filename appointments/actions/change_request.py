"""A request of the waiting list goes on, rests, ends, or comes before others."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.actions.close_offer import close
from appointments.actions.offer_freed import offer_freed_on_commit, offer_new_on_commit
from appointments.models import SlotOffer, WaitingRequest
from appointments.models.offer import OfferState
from appointments.models.waiting import Priority, RequestState
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class RequestOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande est déjà terminée."))


def end_request(
    request: WaitingRequest,
    state: RequestState = RequestState.WITHDRAWN,
    *,
    actor: AbstractBaseUser | AnonymousUser | None,
) -> WaitingRequest:
    """Leave the list; a time in offer is free again at once. Leaving twice leaves once."""
    with transaction.atomic():
        # The offer before its request, as whoever answers it does.
        offers = list(
            SlotOffer.objects.filter(request=request, state=OfferState.SENT).select_for_update(no_key=True)
        )
        for offer in offers:
            close(offer, OfferState.WITHDRAWN, actor)
            offer_freed_on_commit(offer.practitioner_id)
        request = _locked(request)
        if request.is_live:
            request.state, request.ended_at = state, clock.now()
            request.save(update_fields=["state", "ended_at"])
            record(actor, "waiting.ended", request, patient_id=request.patient_id, state=str(state))
    return request


def resume_request(request: WaitingRequest, *, actor: AbstractBaseUser) -> WaitingRequest:
    """After the last notice the list is silent until the person says that he still waits. Raises `RequestOver`."""
    with transaction.atomic():
        request = _locked(request)
        if not request.is_live or request.last_day < clock.today():
            raise RequestOver
        if request.state == RequestState.PAUSED:
            request.state, request.notices = RequestState.OPEN, 0
            request.save(update_fields=["state", "notices"])
            record(actor, "waiting.resumed", request, patient_id=request.patient_id)
            offer_new_on_commit()
    return request


def set_priority(
    request: WaitingRequest, priority: Priority, note: str, *, actor: AbstractBaseUser
) -> WaitingRequest:
    """Another turn, with the reason that the team and the trail read. Raises `RequestOver`."""
    with transaction.atomic():
        request = _locked(request)
        if not request.is_live:
            raise RequestOver
        before = request.priority
        request.priority, request.priority_note = priority, note
        request.save(update_fields=["priority", "priority_note"])
        record(
            actor,
            "waiting.priority",
            request,
            patient_id=request.patient_id,
            reason=note,
            before=before,
            after=int(priority),
        )
    return request


def _locked(request: WaitingRequest) -> WaitingRequest:
    return (
        WaitingRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("patient", "category")
        .get(pk=request.pk)
    )
