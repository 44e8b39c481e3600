"""The patient says at the door, or on his telephone, that he is there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor
from appointments import check_in as rules
from appointments.actions.change_state import Step, WrongStep, change_state
from appointments.models import Appointment
from core import clock
from core.refusal import Refusal


class NotNow(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Vous pouvez signaler votre arrivée à partir d’une heure avant le rendez-vous, et jusqu’à 30 minutes"
                " après. À une autre heure, adressez-vous à l’accueil."
            )
        )


def check_in(appointment: Appointment, *, actor: Visitor) -> Appointment:
    """Arrived, as if the desk had said so. Saying it twice says it once; raises `NotNow`."""
    now = clock.now()
    if rules.is_here(appointment, now):
        return appointment
    if not rules.is_open(appointment, now):
        raise NotNow
    try:
        return change_state(appointment, Step.ARRIVE, actor=actor)
    except WrongStep as refusal:
        appointment.refresh_from_db(fields=["status"])
        if rules.is_here(appointment, now):  # two taps at once, or the desk was quicker
            return appointment
        raise NotNow from refusal
