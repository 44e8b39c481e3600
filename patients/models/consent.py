"""What a person said about the sharing of his record (CSP L1110-4, R1110-1 to R1110-3)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient
from practitioners.models import Practitioner


class Decision(models.TextChoices):
    """Inside the team of health professionals silence is enough; others need a word beforehand."""

    OPPOSES = "opposes", _("s’oppose au partage")
    INFORMED = "informed", _("a été informé au préalable")
    AGREES = "agrees", _("a donné son accord")


class Means(models.TextChoices):
    ORAL = "oral", _("de vive voix")
    WRITTEN = "written", _("par écrit")
    ONLINE = "online", _("en ligne")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """One word of a patient about one professional, or about the whole house. Withdrawn, it stays as a memory."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="consents")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        null=True,
        related_name="consents",
        help_text=_("vide : toute la maison"),
    )
    decision = models.CharField(_("décision"), max_length=10, choices=Decision)
    scope = models.CharField(_("portée"), max_length=300, blank=True, help_text=_("ce qui est partagé"))
    means = models.CharField(_("recueilli"), max_length=10, choices=Means)
    given_on = models.DateField(_("le"), default=clock.today)
    recorded_at = models.DateTimeField(_("noté le"), default=clock.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noté par"), on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("retiré par"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord ou opposition")
        verbose_name_plural = _("accords et oppositions")
        ordering = ("-recorded_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "practitioner", "decision"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="consent_once_in_force",
                violation_error_message=_("C’est déjà noté."),
            ),
            models.CheckConstraint(
                condition=Q(practitioner__isnull=False) | Q(decision=Decision.OPPOSES),
                name="consent_of_the_house_opposes",
                violation_error_message=_("Un accord nomme un professionnel."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.get_decision_display()}"
