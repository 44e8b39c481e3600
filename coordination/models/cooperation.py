"""Cooperation protocols (CSP L4011-1): acts that a doctor delegates to a trained professional of another profession."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, VisitReason
from core import clock
from practitioners.models import Centre, Practitioner


class Level(models.TextChoices):
    NATIONAL = "national", _("national (arrêté)")
    LOCAL = "local", _("local (déclaré à l’ARS)")


class Keeping(models.TextChoices):
    """What of the checklist is kept: as the protocol demands, not more."""

    PASSED = "passed", _("seulement que les conditions sont remplies")
    ANSWERS = "answers", _("chaque réponse")


class CooperationProtocol(models.Model):
    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="cooperation_protocols"
    )
    title = models.CharField(_("titre"), max_length=200)
    level = models.CharField(_("niveau"), max_length=10, choices=Level, default=Level.NATIONAL)
    reference = models.CharField(_("référence"), max_length=200)
    acts = models.TextField(_("actes délégués"), max_length=3000)
    keeping = models.CharField(
        _("ce qui est gardé des réponses"), max_length=10, choices=Keeping, default=Keeping.PASSED
    )
    start_on = models.DateField(_("à partir du"))
    end_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    suspended_on = models.DateField(_("suspendu depuis le"), null=True, blank=True, editable=False)
    suspended_why = models.CharField(_("raison"), max_length=300, blank=True)
    doctors = models.ManyToManyField(
        Practitioner, verbose_name=_("médecins délégants"), related_name="cooperation_delegated"
    )
    reasons = models.ManyToManyField(
        VisitReason, verbose_name=_("motifs de rendez-vous"), blank=True, related_name="cooperation"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("protocole de coopération")
        verbose_name_plural = _("protocoles de coopération")
        ordering = ("title", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="cooperation_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def state_on(self, day: date | None = None) -> str:
        day = day or clock.today()
        if self.end_on is not None and day > self.end_on:
            return "ended"
        if self.suspended_on is not None:
            return "suspended"
        return "coming" if day < self.start_on else "running"

    @property
    def state(self) -> str:
        return self.state_on()


class Delegate(models.Model):
    """Trained, and until when the training holds. Ended, the row stays as a memory."""

    protocol = models.ForeignKey(CooperationProtocol, on_delete=models.CASCADE, related_name="delegates")
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("délégué"), on_delete=models.PROTECT, related_name="delegations"
    )
    trained_on = models.DateField(_("formé le"))
    training = models.CharField(_("preuve de la formation"), max_length=200)
    since = models.DateField(_("délégué depuis le"), default=clock.today)
    valid_until = models.DateField(_("valable jusqu’au"))

    class Meta:
        verbose_name = _("délégué")
        verbose_name_plural = _("délégués")
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "practitioner"],
                name="delegate_once",
                violation_error_message=_("Cette personne est déjà déléguée."),
            ),
            models.CheckConstraint(
                condition=Q(trained_on__lte=F("since")),
                name="delegate_trained_before",
                violation_error_message=_("La formation précède la délégation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.protocol}"

    @property
    def is_valid(self) -> bool:
        return self.since <= clock.today() <= self.valid_until


class Criterion(models.Model):
    """« Avez-vous plus de 18 ans ? » in the patient's words. Inclusion wants a yes, exclusion a no."""

    protocol = models.ForeignKey(CooperationProtocol, on_delete=models.CASCADE, related_name="criteria")
    question = models.CharField(_("question, en mots simples"), max_length=300)
    is_exclusion = models.BooleanField(_("un « oui » exclut"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("critère")
        verbose_name_plural = _("critères")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.question


class InclusionCheck(models.Model):
    """That the conditions were asked before a visit; `answers` only where the protocol demands them."""

    protocol = models.ForeignKey(CooperationProtocol, on_delete=models.PROTECT, related_name="checks")
    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="inclusion_check")
    answers = models.JSONField(_("réponses"), default=list, blank=True)
    asked_at = models.DateTimeField(_("le"), default=clock.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("vérification d’inclusion")
        verbose_name_plural = _("vérifications d’inclusion")

    def __str__(self) -> str:
        return f"{self.protocol} · {self.appointment_id}"


class Severity(models.TextChoices):
    MINOR = "minor", _("sans conséquence")
    MODERATE = "moderate", _("modérée")
    SERIOUS = "serious", _("grave")


class AdverseEvent(models.Model):
    """What went wrong under a protocol: reported, then what was done about it."""

    protocol = models.ForeignKey(CooperationProtocol, on_delete=models.PROTECT, related_name="events")
    happened_on = models.DateField(_("survenu le"))
    severity = models.CharField(_("gravité"), max_length=10, choices=Severity)
    description = models.TextField(_("ce qui s’est passé, sans nommer personne"), max_length=3000)
    answer = models.TextField(_("ce qui a été fait"), max_length=3000, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("déclaré le"), default=clock.now, editable=False)
    answered_at = models.DateTimeField(_("traité le"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("événement indésirable")
        verbose_name_plural = _("événements indésirables")
        ordering = ("-happened_on", "-id")

    def __str__(self) -> str:
        return f"{self.protocol} · {self.happened_on:%d/%m/%Y}"
