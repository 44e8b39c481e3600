"""What comes back to the requester at the end of the sessions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.referral import Referral
from core import clock
from practitioners.models import Practitioner


class Proposal(models.TextChoices):
    STOP = "stop", _("arrêter : l’objectif est atteint")
    GO_ON = "go-on", _("continuer : d’autres séances sont utiles")
    SEE_AGAIN = "see-again", _("vous le revoir : un avis est utile")


class ReferralReport(models.Model):
    """End-of-series report. Read by the requester, it closes the referral."""

    referral = models.OneToOneField(
        Referral, verbose_name=_("adressage"), on_delete=models.CASCADE, related_name="report"
    )
    author = models.ForeignKey(
        Practitioner, verbose_name=_("écrit par"), on_delete=models.PROTECT, related_name="+"
    )
    done = models.TextField(_("ce qui a été fait"), max_length=4000)
    proposal = models.CharField(_("proposition"), max_length=10, choices=Proposal)
    advice = models.TextField(_("conseils pour la suite"), max_length=2000, blank=True)
    written_at = models.DateTimeField(_("écrit le"), default=clock.now)
    read_at = models.DateTimeField(_("lu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("bilan de fin de séances")
        verbose_name_plural = _("bilans de fin de séances")

    def __str__(self) -> str:
        return f"{self.author} · {self.written_at:%Y-%m-%d}"


class ReferralMeasure(models.Model):
    """One result, before and after: « TUG, 18 s puis 13 s »."""

    report = models.ForeignKey(
        ReferralReport, verbose_name=_("bilan"), on_delete=models.CASCADE, related_name="measures"
    )
    name = models.CharField(_("mesure"), max_length=60)
    unit = models.CharField(_("unité"), max_length=20, blank=True)
    before = models.DecimalField(_("avant"), max_digits=8, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("après"), max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("mesure d’un bilan")
        verbose_name_plural = _("mesures d’un bilan")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["report", "name"],
                name="referral_measure_once",
                violation_error_message=_("Cette mesure est déjà notée."),
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False),
                name="referral_measure_has_a_value",
                violation_error_message=_("Notez au moins une valeur."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReferralTemplate(models.Model):
    """Words that come back, by the profession that is asked: « 10 séances, troubles de l’équilibre »."""

    profession = models.ForeignKey(
        "practitioners.Profession",
        verbose_name=_("profession demandée"),
        on_delete=models.CASCADE,
        related_name="referral_templates",
    )
    subject = models.CharField(_("objet"), max_length=200)
    context = models.TextField(_("contexte, à compléter"), max_length=2000, blank=True)
    sessions = models.PositiveSmallIntegerField(_("séances"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    is_active = models.BooleanField(_("proposé"), default=True)

    class Meta:
        verbose_name = _("modèle d’adressage")
        verbose_name_plural = _("modèles d’adressage")
        ordering = ("profession", "position", "subject")
        constraints = [
            models.UniqueConstraint(
                fields=["profession", "subject"],
                name="referral_template_once",
                violation_error_message=_("Ce modèle existe déjà."),
            )
        ]

    def __str__(self) -> str:
        return self.subject
