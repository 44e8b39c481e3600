"""What every professional must know before he acts: allergies and alerts. Noted, withdrawn, never deleted."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient


class Criticality(models.TextChoices):
    """FHIR AllergyIntolerance.criticality."""

    HIGH = "high", _("grave : danger vital possible")
    LOW = "low", _("gêne, sans danger vital")
    UNKNOWN = "unable-to-assess", _("gravité inconnue")


class AllergyKind(models.TextChoices):
    """FHIR AllergyIntolerance.category."""

    MEDICATION = "medication", _("médicament")
    FOOD = "food", _("aliment")
    ENVIRONMENT = "environment", _("environnement (latex, pollen, venin…)")
    OTHER = "biologic", _("autre")


class Verification(models.TextChoices):
    """FHIR verificationStatus; what was refuted or a slip is a withdrawn row with its reason."""

    CONFIRMED = "confirmed", _("confirmée")
    UNCONFIRMED = "unconfirmed", _("dite par la personne, non vérifiée")


class AlertKind(models.TextChoices):
    """FHIR Flag.category, as far as the house needs it."""

    CLINICAL = "clinical", _("risque pour la santé")
    SAFETY = "safety", _("sécurité (chute, fugue, domicile)")
    COMMUNICATION = "communication", _("communication (langue, audition, vue)")


class FactQuerySet[M: models.Model](models.QuerySet[M]):
    def standing(self) -> FactQuerySet[M]:
        return self.filter(withdrawn_at=None)


class MedicalFact(models.Model):
    """A correction is a new row that names the one it replaces: each version stays readable."""

    noted_at = models.DateTimeField(_("noté le"), default=clock.now, editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noté par"), on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("remplace"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("retiré par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_why = models.CharField(_("pourquoi"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None


class Allergy(MedicalFact):
    """FHIR AllergyIntolerance. A row without substance says that no allergy is known: asked, and answered no."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="allergies")
    substance = models.CharField(_("substance"), max_length=120, blank=True)
    kind = models.CharField(_("nature"), max_length=12, choices=AllergyKind, blank=True)
    criticality = models.CharField(_("gravité"), max_length=20, choices=Criticality, blank=True)
    reaction = models.CharField(_("réaction"), max_length=200, blank=True)
    verification = models.CharField(_("vérification"), max_length=12, choices=Verification, blank=True)

    objects = FactQuerySet["Allergy"].as_manager()

    class Meta:
        verbose_name = _("allergie")
        verbose_name_plural = _("allergies")
        ordering = ("-noted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=(~Q(substance="") & ~Q(kind="") & ~Q(criticality="") & ~Q(verification=""))
                | Q(substance="", kind="", criticality="", reaction="", verification=""),
                name="allergy_whole_or_none_known",
                violation_error_message=_("Une allergie a une substance, une nature et une gravité."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_why=""), name="allergy_withdrawn_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["patient", "-noted_at"], name="allergy_by_patient")]

    def __str__(self) -> str:
        return self.substance or str(_("aucune allergie connue"))

    @property
    def is_none_known(self) -> bool:
        return not self.substance

    @property
    def is_grave(self) -> bool:
        return self.criticality == Criticality.HIGH


class Alert(MedicalFact):
    """FHIR Flag. `for_desk`: useful to who receives the person, and nothing medical."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(_("nature"), max_length=15, choices=AlertKind)
    text = models.CharField(_("alerte"), max_length=160)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    for_desk = models.BooleanField(_("aussi pour l’accueil"), default=False)

    objects = FactQuerySet["Alert"].as_manager()

    class Meta:
        verbose_name = _("alerte")
        verbose_name_plural = _("alertes")
        ordering = ("-noted_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_why=""), name="alert_withdrawn_with_a_reason"
            )
        ]
        indexes = [models.Index(fields=["patient", "-noted_at"], name="alert_by_patient")]

    def __str__(self) -> str:
        return self.text

    def is_over(self, day: date) -> bool:
        return self.until is not None and self.until < day
