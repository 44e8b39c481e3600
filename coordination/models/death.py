"""The house learnt that somebody has died, and how; or that it was wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient


class LearntFrom(models.TextChoices):
    FAMILY = "family", _("un proche")
    CERTIFICATE = "certificate", _("le certificat ou l’acte de décès")
    PROFESSIONAL = "professional", _("un professionnel ou un établissement")
    OTHER = "other", _("autrement")


class DeathRecord(models.Model):
    """`Patient.deceased_on` holds; this row says who wrote it, and what was ended with it."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="death_records")
    died_on = models.DateField(_("décédé le"))
    learnt_from = models.CharField(_("appris par"), max_length=12, choices=LearntFrom)
    ended = models.JSONField(_("ce qui a été arrêté"), default=dict)
    closed_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compte fermé"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("noté le"), default=clock.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noté par"), on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("annulé le"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("annulé par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_why = models.CharField(_("pourquoi"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("décès noté")
        verbose_name_plural = _("décès notés")
        ordering = ("-recorded_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | ~Q(undone_why=""), name="death_undone_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.died_on:%d/%m/%Y}"
