"""What an appointment can be, and how it came about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    HELD = "held", _("en cours de réservation")
    BOOKED = "booked", _("confirmé")
    ARRIVED = "arrived", _("arrivé")
    IN_PROGRESS = "in-progress", _("en consultation")
    FULFILLED = "fulfilled", _("honoré")
    NO_SHOW = "noshow", _("absent")
    CANCELLED = "cancelled", _("annulé")
    LAPSED = "lapsed", _("abandonné")


# What a patient reads of his own visits, where the desk's word is not everybody's.
PATIENTS_WORDS = {Status.FULFILLED: _("fait"), Status.NO_SHOW: _("manqué")}

ACTIVE_STATES = frozenset(
    {
        Status.BOOKED,
        Status.ARRIVED,
        Status.IN_PROGRESS,
        Status.FULFILLED,
        Status.NO_SHOW,
    }
)
FREEING_STATES = (Status.CANCELLED, Status.LAPSED)


class Origin(models.TextChoices):
    ONLINE = "online", _("en ligne")
    DESK = "desk", _("à l’accueil")
    PHONE = "phone", _("par téléphone")
    PRACTITIONER = "practitioner", _("par le professionnel")
    SAS = "sas", _("par le service d’accès aux soins")
