from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient
from practitioners.models import Practitioner


class Reason(models.TextChoices):
    """Why a professional takes part in this patient's care (CSP L1110-12)."""

    ATTENDING_DOCTOR = "attending", _("médecin traitant")
    APPOINTMENT = "appointment", _("rendez-vous")
    REFERRAL = "referral", _("adressage")
    PATHWAY = "pathway", _("parcours")
    MEETING = "meeting", _("réunion de concertation")
    SUPERVISION = "supervision", _("maître de stage de l’interne")
    RECOGNISED = "recognised", _("reconnu par le patient")


class CareTeamQuerySet(models.QuerySet["CareTeamMember"]):
    def in_force(self, day: date | None = None) -> CareTeamQuerySet:
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class CareTeamMember(models.Model):
    """The reason row: without one, working in the same house opens nothing."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_team")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="care_team_of")
    reason = models.CharField(_("raison"), max_length=15, choices=Reason)
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = CareTeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre de l’équipe de soins")
        verbose_name_plural = _("équipe de soins")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "practitioner", "reason"],
                condition=Q(until=None),
                name="care_team_reason_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="care_team_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "patient"], name="care_team_by_practitioner")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.patient} · {self.get_reason_display()}"
