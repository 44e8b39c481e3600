"""A day of home visits: who is seen in which order, how long the road takes, how one gets in."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner


class Round(models.Model):
    """One practitioner's round of one day. Without a row the day's home visits are shown in order of time."""

    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.CASCADE, related_name="rounds"
    )
    day = models.DateField(_("jour"))
    starts_at = models.TimeField(_("départ à"), default=time(8))
    travel_minutes = models.PositiveSmallIntegerField(
        _("trajet entre deux visites"), default=10, validators=[MaxValueValidator(120)]
    )

    class Meta:
        verbose_name = _("tournée")
        verbose_name_plural = _("tournées")
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "day"],
                name="round_once_a_day",
                violation_error_message=_("Cette tournée existe déjà."),
            ),
            models.CheckConstraint(
                condition=Q(travel_minutes__lte=120),
                name="round_travel_plausible",
                violation_error_message=_("Deux heures de trajet au plus."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.day:%d/%m/%Y}"


class StopState(models.TextChoices):
    TO_DO = "to-do", _("à faire")
    DONE = "done", _("fait")
    ABSENT = "absent", _("absent")


class RoundStop(models.Model):
    """A booked home visit, or somebody who is seen without a fixed hour."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField(_("rang"))
    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, null=True, related_name="round_stop"
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(
        _("durée"), default=15, validators=[MinValueValidator(5), MaxValueValidator(180)]
    )
    not_before = models.TimeField(_("pas avant"), null=True, blank=True)
    not_after = models.TimeField(_("au plus tard"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=6, choices=StopState, default=StopState.TO_DO)
    marked_at = models.DateTimeField(_("noté à"), null=True, editable=False)

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, patient__isnull=True)
                | Q(appointment__isnull=True, patient__isnull=False),
                name="round_stop_is_visit_or_patient",
            ),
            models.CheckConstraint(
                condition=Q(not_before=None) | Q(not_after=None) | Q(not_after__gte=F("not_before")),
                name="round_stop_wishes_in_order",
                violation_error_message=_("« Au plus tard » doit suivre « pas avant »."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class HomeAccess(models.Model):
    """How one gets in: door code, floor, key with the neighbour. For the care team and nobody else."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="home_access")
    note = models.CharField(_("accès"), max_length=300)
    written_at = models.DateTimeField(_("noté le"), default=clock.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("accès au domicile")
        verbose_name_plural = _("accès au domicile")

    def __str__(self) -> str:
        return f"{self.pk}"
