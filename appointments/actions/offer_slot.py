"""A free time is kept for one person, and he is told: on the waiting list, or because his visit cannot be kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments import notifications
from appointments.actions.claim import NoEquipment, ResourceShut, claim
from appointments.actions.close_offer import expire_overlapping
from appointments.actions.hold import SlotTaken, sweep_aside
from appointments.availability import Slot, find_slot
from appointments.conditions import check_alone, check_nothing_to_ask
from appointments.models import Appointment, SlotOffer, Status, VisitReason, WaitingRequest
from appointments.models.offer import new_token
from appointments.models.waiting import RequestState
from appointments.seating import NoSeat, Seeker
from appointments.waiting import FOLLOWED, Times
from core import clock
from core.audit.record import record
from core.db import insert_or_none, lock
from core.refusal import Refusal


class AlreadyOffered(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Un créneau est déjà proposé à cette personne : attendez sa réponse, ou retirez l’offre.")
        )


class NotWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande n’attend plus de place."))


def offer_slot(
    reason: VisitReason,
    start_at: datetime,
    *,
    times: Times,
    actor: AbstractBaseUser | None = None,
    request: WaitingRequest | None = None,
    replaces: Appointment | None = None,
    audiences: Collection[str] = FOLLOWED,
    ignore_notice: bool = False,
) -> SlotOffer:
    """Hold the time until `times.expires_at` and write the message that leaves at `times.sent_at`.

    Raises `SlotTaken` where it is not free or in offer already, `AlreadyOffered` or `NotWaiting`: nothing is
    written then.
    """
    now = clock.now()
    with transaction.atomic():
        lock("agenda", reason.practitioner_id, shared=True)
        if request is not None:
            request = _waiting(request)
        expire_overlapping(reason.practitioner_id, start_at, start_at + reason.duration)
        slot = find_slot(
            reason,
            start_at,
            now=now,
            audiences=audiences,
            ignore_notice=ignore_notice,
            seeker=_seeker(request, replaces),
        )
        if slot is None:
            raise SlotTaken
        offer = _save(slot, times, now, actor, request, replaces)
        if request is not None:
            request.state, request.notices = RequestState.OFFERED, request.notices + 1
            request.save(update_fields=["state", "notices"])
        times_written = {"start": offer.start_at.isoformat(), "expires": offer.expires_at.isoformat()}
        record(actor, "offer.sent", offer, patient_id=offer.patient_id, **times_written)
        notifications.offered(offer)
    return offer


def _waiting(request: WaitingRequest) -> WaitingRequest:
    request = (
        WaitingRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("current", "patient")
        .get(pk=request.pk)
    )
    if request.state == RequestState.OFFERED:
        raise AlreadyOffered
    if not request.is_live:
        raise NotWaiting
    return request


def _save(
    slot: Slot,
    times: Times,
    now: datetime,
    actor: AbstractBaseUser | None,
    request: WaitingRequest | None,
    replaces: Appointment | None,
) -> SlotOffer:
    moving = replaces or (request.current if request else None)
    offer = SlotOffer(
        token=new_token(),
        request=request,
        replaces=replaces,
        patient_id=_patient(request, replaces),
        practitioner_id=slot.reason.practitioner_id,
        reason=slot.reason,
        start_at=slot.start_at,
        end_at=slot.end_at,
        sent_at=times.sent_at,
        expires_at=times.expires_at,
        made_by_id=actor.pk if actor else None,
    )
    check_nothing_to_ask(slot.reason)
    check_alone(slot.reason)
    sweep_aside(offer.practitioner_id, slot.opening.room_id, slot.start_at, slot.blocked_until, now)
    with transaction.atomic():
        offer.held = _claimed(_hold(slot, offer, now, moving), now, _seeker(request, replaces))
        if insert_or_none(offer) is None:
            raise AlreadyOffered
    return offer


def _claimed(wanted: Appointment, now: datetime, seeker: Seeker) -> Appointment:
    try:
        held = claim(wanted, now, seeker)
    except (NoEquipment, NoSeat, ResourceShut) as refusal:
        raise SlotTaken from refusal
    if held is None:
        raise SlotTaken
    return held


def _seeker(request: WaitingRequest | None, replaces: Appointment | None) -> Seeker:
    moving = replaces or (request.current if request else None)
    return Seeker(_patient(request, replaces)).but([moving.pk] if moving is not None else [])


def _patient(request: WaitingRequest | None, replaces: Appointment | None) -> int:
    patient = request.patient_id if request else replaces.patient_id if replaces else None
    assert patient is not None, "an offer is made to somebody"
    return patient


def _hold(slot: Slot, offer: SlotOffer, now: datetime, moving: Appointment | None) -> Appointment:
    return Appointment(
        status=Status.HELD,
        practitioner_id=slot.reason.practitioner_id,
        reason=slot.reason,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=slot.reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
        holder=offer.holder,
        held_at=now,
        held_until=offer.expires_at,
        moving=moving,
    )
