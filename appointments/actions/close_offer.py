"""An offer ends without a visit: declined, without answer, taken back. Its time is free again at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet

from appointments.models import Appointment, SlotOffer, Status, WaitingRequest
from appointments.models.offer import OfferState
from appointments.models.waiting import RequestState
from appointments.waiting import rule_of
from core import clock
from core.audit.record import record
from core.outbox.enqueue import withdraw

type Actor = AbstractBaseUser | AnonymousUser | None


def expire_offers(now: datetime | None = None) -> int:
    """Whatever nobody answered in time. How many."""
    with transaction.atomic():
        over = list(
            SlotOffer.objects.over(now)
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("expires_at")
        )
        for offer in over:
            close(offer, OfferState.EXPIRED, None)
    return len(over)


def expire_overlapping(practitioner_id: int, start_at: datetime, end_at: datetime) -> None:
    """Offers that are over still stand in the way of the next one until they are closed."""
    over = SlotOffer.objects.over().filter(
        practitioner=practitioner_id, start_at__lt=end_at, end_at__gt=start_at
    )
    for offer in over.select_for_update(skip_locked=True, no_key=True):
        close(offer, OfferState.EXPIRED, None)


def drop_offers(appointment_ids: Collection[int], *, actor: Actor) -> None:
    """These visits are cancelled: nothing else is offered in their place, and nobody waits for a better time."""
    offers = SlotOffer.objects.filter(state=OfferState.SENT, held__moving__in=appointment_ids)
    _take_back(offers, actor)
    end_requests(WaitingRequest.objects.live().filter(current__in=appointment_ids), RequestState.WITHDRAWN)


def settle_offers(appointment_ids: Collection[int], state: RequestState, *, actor: Actor) -> None:
    """These visits have their time, new or old: what was offered because they could not be kept ends."""
    offers = SlotOffer.objects.filter(state=OfferState.SENT, replaces__in=appointment_ids)
    _take_back(offers, actor)
    waiting = WaitingRequest.objects.live().filter(current__in=appointment_ids, only_earlier=False)
    end_requests(waiting, state)


def _take_back(offers: QuerySet[SlotOffer], actor: Actor) -> None:
    for offer in offers.select_for_update(of=("self",), no_key=True):
        close(offer, OfferState.WITHDRAWN, actor)


def end_requests(requests: Iterable[WaitingRequest], state: RequestState) -> None:
    keys = [request.pk for request in requests]
    if keys:
        WaitingRequest.objects.filter(pk__in=keys).update(state=state, ended_at=clock.now())


def locked(offer: SlotOffer) -> SlotOffer:
    return (
        SlotOffer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("held", "request")
        .get(pk=offer.pk)
    )


def close(offer: SlotOffer, state: OfferState, actor: Actor) -> None:
    """Inside a transaction that holds the row: the answer, the free time, the request that waits on, the trace."""
    offer.state, offer.answered_at = state, clock.now()
    offer.answered_by_id = actor.pk if actor is not None else None
    offer.save(update_fields=["state", "answered_at", "answered_by"])
    withdraw(offer)
    if offer.held_id is not None and state != OfferState.ACCEPTED:
        Appointment.objects.filter(pk=offer.held_id, status=Status.HELD).update(status=Status.LAPSED)
    if offer.request_id is not None:
        _go_on(offer, state)
    record(actor, f"offer.{state}", offer, patient_id=offer.patient_id, start=offer.start_at.isoformat())


def _go_on(offer: SlotOffer, state: OfferState) -> None:
    """The request waits for the next time, rests after the last notice, or is satisfied."""
    request = WaitingRequest.objects.select_for_update(no_key=True).get(offers=offer.pk)
    if request.state != RequestState.OFFERED:
        return
    if state == OfferState.ACCEPTED:
        request.state, request.ended_at = RequestState.SATISFIED, clock.now()
    else:
        most = rule_of(offer.practitioner.centre_id).most_notices
        request.state = RequestState.PAUSED if request.notices >= most else RequestState.OPEN
    request.save(update_fields=["state", "ended_at"])
