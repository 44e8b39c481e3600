from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from core import clock


class AppointmentChain(models.Model):
    """Two visits of one patient, one after the other: he comes once and sees both professionals."""

    first = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="chain_before")
    second = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="chain_after")
    at_least = models.PositiveSmallIntegerField(_("minutes d’attente, au moins"), default=0)
    at_most = models.PositiveSmallIntegerField(_("minutes d’attente, au plus"), default=30)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("rendez-vous à la suite")
        verbose_name_plural = _("rendez-vous à la suite")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="chain_has_two_visits",
                violation_error_message=_("Choisissez deux rendez-vous différents."),
            ),
            models.CheckConstraint(
                condition=Q(at_most__gte=F("at_least")),
                name="chain_waits_in_order",
                violation_error_message=_("L’attente la plus longue précède la plus courte."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} → {self.second}"
