"""« Oui » to an offer: booked, or the visit that there was moves here and gives its own time back."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from appointments.actions.book import book
from appointments.actions.close_offer import close, locked
from appointments.actions.decline_offer import OfferOver
from appointments.actions.move import move
from appointments.models import Appointment, SlotOffer
from appointments.models.offer import OfferState
from core import clock
from core.db import lock


def accept_offer(offer: SlotOffer, *, actor: AbstractBaseUser | AnonymousUser) -> Appointment:
    """The appointment, in one transaction with the answer. Raises `OfferOver` and what `book` and `move` raise.

    `actor` may be a visitor: the link was sent to the patient's own address and to nobody else.
    """
    with transaction.atomic():
        # The order of every booking: the agendas, the patient, then the rows.
        lock("agenda", *_agendas(offer), shared=True)
        lock("patient", offer.patient_id)
        offer = locked(offer)
        if not offer.is_waiting(clock.now()) or offer.held is None:
            raise OfferOver(offer)
        # Closed first: the move itself withdraws whatever else is offered in place of the visit.
        close(offer, OfferState.ACCEPTED, actor)
        if offer.held.moving is not None:
            return move(offer.held.moving, offer.held, holder=offer.holder, actor=actor, invited=True)
        return book(offer.held, holder=offer.holder, patient=offer.patient, actor=actor)


def _agendas(offer: SlotOffer) -> set[int]:
    before = offer.held.moving if offer.held is not None else None
    return {offer.practitioner_id} | ({before.practitioner_id} if before is not None else set())
