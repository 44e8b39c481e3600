"""« Non merci », or the house takes the offer back: the next in order is asked at once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.actions.close_offer import Actor, close, locked
from appointments.actions.offer_freed import offer_freed_on_commit
from appointments.models import SlotOffer
from appointments.models.offer import OfferState
from core import clock
from core.refusal import Refusal


class OfferOver(Refusal):
    """The sentence says how it ended, for somebody who answers too late."""

    def __init__(self, offer: SlotOffer) -> None:
        super().__init__(
            {
                OfferState.ACCEPTED: _("Ce rendez-vous a déjà été accepté."),
                OfferState.DECLINED: _("Vous avez déjà refusé ce rendez-vous."),
                OfferState.WITHDRAWN: _("Ce rendez-vous n’est plus proposé."),
            }.get(
                OfferState(offer.state),
                _("Le délai pour répondre est passé : le rendez-vous est proposé à quelqu’un d’autre."),
            )
        )


def decline_offer(offer: SlotOffer, *, actor: Actor) -> SlotOffer:
    """« Non merci »: the next in order is asked. Saying no twice says it once. Raises `OfferOver`."""
    with transaction.atomic():
        offer = locked(offer)
        if offer.state == OfferState.DECLINED:
            return offer
        if not offer.is_waiting(clock.now()):
            raise OfferOver(offer)
        close(offer, OfferState.DECLINED, actor)
        offer_freed_on_commit(offer.practitioner_id)
    return offer


def withdraw_offer(offer: SlotOffer, *, actor: Actor) -> SlotOffer:
    """The house takes it back; the person who opens the link reads so. Raises `OfferOver`."""
    with transaction.atomic():
        offer = locked(offer)
        if offer.state != OfferState.SENT:
            raise OfferOver(offer)
        close(offer, OfferState.WITHDRAWN, actor)
        offer_freed_on_commit(offer.practitioner_id)
    return offer
