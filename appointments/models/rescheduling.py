"""A visit that the team gave another time, and what it takes to put it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from core import clock

# What a rescheduling may change, and undoing it brings back.
PLACED = (
    "practitioner_id",
    "reason_id",
    "start_at",
    "end_at",
    "blocked_until",
    "place_id",
    "room_id",
    "equipment_id",
    "opening_id",
    "is_overbooked",
)


class Rescheduling(models.Model):
    """One row each time; `sequence` is the appointment's afterwards, so that a later change is noticed."""

    appointment = models.ForeignKey(
        Appointment,
        verbose_name=_("rendez-vous"),
        on_delete=models.CASCADE,
        related_name="reschedulings",
    )
    moved_at = models.DateTimeField(_("déplacé le"), default=clock.now)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("déplacé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    before = models.JSONField(_("avant"), help_text=_("qui, quand, où : rien de médical"))
    sequence = models.PositiveSmallIntegerField(_("version du rendez-vous"))
    # Empty where not even the confirmation had left.
    told_start = models.DateTimeField(_("heure connue du patient"), null=True)
    settled = models.ForeignKey(
        "Disruption",
        verbose_name=_("à replacer, réglé ainsi"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("remis en place le"), null=True)

    class Meta:
        verbose_name = _("déplacement")
        verbose_name_plural = _("déplacements")
        ordering = ("-moved_at",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.appointment_id} · {clock.local(self.moved_at):%d/%m/%Y %H:%M}"
