from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from appointments.models.states import Status
from core import clock


class Cause(models.TextChoices):
    RULE_CHANGED = "rule", _("la plage d’ouverture a changé")
    OPENING_CANCELLED = "opening", _("la plage d’ouverture a été retirée")
    ABSENCE = "absence", _("le professionnel est absent")
    CLOSURE = "closure", _("la maison de santé est fermée")
    RESOURCE = "resource", _("la salle ou l’équipement est fermé")
    WORKSHOP = "workshop", _("le professionnel anime un atelier")
    PROTOCOL = "protocol", _("le protocole de coopération ne le permet plus")


class Outcome(models.TextChoices):
    KEPT = "kept", _("maintenu")
    MOVED = "moved", _("déplacé")
    CANCELLED = "cancelled", _("annulé")


class DisruptionQuerySet(models.QuerySet["Disruption"]):
    def open(self, now: datetime | None = None) -> DisruptionQuerySet:
        """Lines that still need somebody: the patient goes on expecting to come."""
        return self.filter(
            settled_at=None,
            appointment__status=Status.BOOKED,
            appointment__start_at__gte=now or clock.now(),
        )

    def of(self, practitioner_ids: Collection[int]) -> DisruptionQuerySet:
        return self.filter(appointment__practitioner__in=practitioner_ids)


class Disruption(models.Model):
    """A booked patient whose time is no longer open: stays on the worklist until somebody settles it."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="disruptions")
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    since = models.DateTimeField(_("depuis le"), default=clock.now)
    settled_at = models.DateTimeField(_("réglé le"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(_("issue"), max_length=10, choices=Outcome, blank=True)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendez-vous à replacer")
        verbose_name_plural = _("rendez-vous à replacer")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(settled_at=None),
                name="disruption_one_open_per_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment} · {self.get_cause_display()}"
