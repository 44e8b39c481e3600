"""Avis: what the expert answers, by version; and the act that follows for who asked and for who answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.models.expertise import ExpertiseRequest
from teleconsult.models.expertise_rules import ExpertiseAct


class Advice(models.TextChoices):
    """What is to be done: the first thing that who asked reads."""

    NOTHING = "nothing", _("rien de particulier à faire")
    WATCH = "watch", _("surveiller")
    TREAT = "treat", _("traiter sur place")
    EXAMINE = "examine", _("faire un examen complémentaire")
    SEE = "see", _("voir la personne en consultation")
    REMOVE = "remove", _("faire un prélèvement ou une exérèse")
    HOSPITAL = "hospital", _("adresser à l’hôpital")


class Within(models.TextChoices):
    NOW = "now", _("sans délai")
    WEEK = "week", _("dans la semaine")
    FORTNIGHT = "fortnight", _("dans les quinze jours")
    MONTH = "month", _("dans le mois")
    QUARTER = "quarter", _("dans les trois mois")
    HALF_YEAR = "half-year", _("dans les six mois")
    YEAR = "year", _("dans l’année")
    NONE = "none", _("sans date")


class ExpertiseAnswerQuerySet(models.QuerySet["ExpertiseAnswer"]):
    def standing(self) -> ExpertiseAnswerQuerySet:
        """The latest version of each."""
        later = self.model.objects.filter(
            request=models.OuterRef("request"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(later))


class ExpertiseAnswer(models.Model):
    """Written once: a correction is another version with its reason, and the one before stays readable."""

    request = models.ForeignKey(
        ExpertiseRequest, verbose_name=_("demande d’avis"), on_delete=models.CASCADE, related_name="answers"
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    author = models.ForeignKey(
        Practitioner, verbose_name=_("rendu par"), on_delete=models.PROTECT, related_name="expertise_answers"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("écrit par"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("écrit le"), default=clock.now)
    conclusion = models.TextField(_("conclusion"), max_length=4000)
    action = models.CharField(_("conduite à tenir"), max_length=10, choices=Advice)
    within = models.CharField(_("délai"), max_length=10, choices=Within)
    details = models.TextField(_("en pratique"), max_length=4000, blank=True)
    why = models.CharField(_("raison de la correction"), max_length=300, blank=True)

    objects = ExpertiseAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis")
        verbose_name_plural = _("avis rendus")
        ordering = ("request", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "version"],
                name="expertise_answer_once_per_version",
                violation_error_message=_("Cet avis vient d’être corrigé : relisez-le."),
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(why=""),
                name="expertise_correction_has_a_reason",
                violation_error_message=_("Dites pourquoi l’avis est corrigé."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.get_within_display()}"


class ExpertiseBill(models.Model):
    """One act of one professional, with what it was worth that day; past the yearly number it is not billed."""

    request = models.ForeignKey(
        ExpertiseRequest, verbose_name=_("demande d’avis"), on_delete=models.PROTECT, related_name="bills"
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="expertise_bills")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="expertise_bills",
    )
    act = models.CharField(_("acte"), max_length=3, choices=ExpertiseAct)
    done_on = models.DateField(_("le"))
    amount = models.DecimalField(_("tarif en euros"), max_digits=6, decimal_places=2)
    is_billable = models.BooleanField(_("facturable"))

    class Meta:
        verbose_name = _("acte de télé-expertise")
        verbose_name_plural = _("actes de télé-expertise")
        ordering = ("-done_on", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "act"], name="expertise_bill_once_per_act")
        ]
        indexes = [
            models.Index(fields=["practitioner", "patient", "act", "done_on"], name="expertise_bill_of_year")
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.done_on:%Y-%m-%d}"
