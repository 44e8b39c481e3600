"""A promised time that cannot be kept, as the patient reads it in his own space. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.models import Disruption, SlotOffer
from appointments.models.disruption import Cause


@dataclass(frozen=True)
class Trouble:
    """Why, and what the house proposes instead, if it has already."""

    cause: str
    offer: SlotOffer | None

    @property
    def sentence(self) -> str:
        if self.cause == Cause.ABSENCE:
            return _("Votre professionnel sera absent ce jour-là. Nous vous cherchons une autre heure.")
        if self.cause == Cause.CLOSURE:
            return _("La maison de santé sera fermée à cette heure. Nous vous en cherchons une autre.")
        return _("Cette heure ne pourra pas être tenue. Nous vous en cherchons une autre.")


def troubles_of(appointments: Collection[int], now: datetime) -> dict[int, Trouble]:
    """By visit; two queries, one where all is well."""
    causes = dict(
        Disruption.objects.open(now)
        .filter(appointment__in=appointments)
        .values_list("appointment_id", "cause")
    )
    if not causes:
        return {}
    offers = {
        offer.replaces_id: offer
        for offer in SlotOffer.objects.waiting(now).filter(replaces__in=causes, sent_at__lte=now)
    }
    return {key: Trouble(cause, offers.get(key)) for key, cause in causes.items()}


def is_in_trouble(appointment: int, now: datetime) -> bool:
    """The house cannot keep this time: its own limits for changing online do not bind the patient."""
    return Disruption.objects.open(now).filter(appointment=appointment).exists()
