"""Dated configuration of télé-expertise: who may ask and answer, how long it takes, what is paid, the word given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.models import Urgency


class ExpertiseConsentText(models.Model):
    """What the patient is told before he agrees, by version."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    text = models.TextField(_("texte"), max_length=2000)
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("texte de l’accord à la télé-expertise")
        verbose_name_plural = _("textes de l’accord à la télé-expertise")
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self.version} · {self.since:%Y-%m-%d}"


class ExpertiseSide(models.TextChoices):
    REQUESTER = "requester", _("demander un avis")
    EXPERT = "expert", _("donner un avis")


class ExpertiseRight(models.Model):
    """Which professions may ask, and which may answer; by the code of the profession, as the law names them."""

    side = models.CharField(_("peut"), max_length=10, choices=ExpertiseSide)
    role_code = models.CharField(
        _("code de la profession"),
        max_length=10,
        help_text=_("Nomenclature TRE_G15-ProfessionSante : 10 médecin, 50 sage-femme, 60 infirmier…"),
    )
    since = models.DateField(_("depuis le"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    class Meta:
        verbose_name = _("droit à la télé-expertise")
        verbose_name_plural = _("droits à la télé-expertise")
        ordering = ("side", "role_code", "since")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["side", "role_code", "since"],
                name="expertise_right_once_a_day",
                violation_error_message=_("Ce droit existe déjà depuis ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="expertise_right_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.role_code}"


class ExpertiseDelayUnit(models.TextChoices):
    HOURS = "hours", _("heures")
    WORKING_DAYS = "days", _("jours ouvrés")
    CALENDAR_DAYS = "calendar", _("jours")


class DelayFor(models.TextChoices):
    """What has to be done in time; each is the work of one state."""

    DRAFT = "draft", _("envoyer un brouillon")
    ANSWER = "answer", _("rendre l’avis")
    DETAIL = "detail", _("donner la précision demandée")
    READ = "read", _("lire l’avis")
    BOOK = "book", _("prendre le rendez-vous")
    DECIDE = "decide", _("décider après un refus")


class ExpertiseDelay(models.Model):
    purpose = models.CharField(_("pour"), max_length=10, choices=DelayFor)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency)
    amount = models.PositiveSmallIntegerField(_("délai"))
    unit = models.CharField(
        _("unité"), max_length=8, choices=ExpertiseDelayUnit, default=ExpertiseDelayUnit.WORKING_DAYS
    )
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("délai de télé-expertise")
        verbose_name_plural = _("délais de télé-expertise")
        ordering = ("purpose", "urgency", "-since")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["purpose", "urgency", "since"],
                name="expertise_delay_once_a_day",
                violation_error_message=_("Un délai existe déjà pour ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(1, 240)),
                name="expertise_delay_in_range",
                violation_error_message=_("Le délai va de 1 à 240."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.amount} {self.get_unit_display()}"


class ExpertiseAct(models.TextChoices):
    """Names of the nomenclature (NGAP): one for who asks, one for who answers."""

    RQD = "RQD", _("demande (RQD)")
    TE2 = "TE2", _("avis (TE2)")


class ExpertiseTariff(models.Model):
    """What one act is paid, and how many a year may be billed for one patient by one professional."""

    act = models.CharField(_("acte"), max_length=3, choices=ExpertiseAct)
    amount = models.DecimalField(_("tarif en euros"), max_digits=6, decimal_places=2)
    most_per_year = models.PositiveSmallIntegerField(_("au plus par an, par patient et professionnel"))
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("tarif de télé-expertise")
        verbose_name_plural = _("tarifs de télé-expertise")
        ordering = ("act", "-since")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["act", "since"],
                name="expertise_tariff_once_a_day",
                violation_error_message=_("Un tarif existe déjà pour ce jour."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.since:%Y-%m-%d}"
