"""Séances en série: what was prescribed, and how it was asked for. The sessions are appointments like any other."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import VisitReason
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner

MOST_SESSIONS = 60


class Half(models.TextChoices):
    """When in the day the sessions are wanted."""

    ANY = "", _("Toute la journée")
    MORNING = "matin", _("Le matin")
    AFTERNOON = "apres-midi", _("L’après-midi")


class AppointmentSeries(models.Model):
    """Sessions for one patient on one prescription, with one professional or some who take turns."""

    request_id = models.UUIDField(
        _("demande"), default=uuid.uuid4, unique=True, help_text=_("la même demande ne réserve qu’une fois")
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="series"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.PROTECT, related_name="series"
    )
    reason = models.ForeignKey(
        VisitReason, verbose_name=_("motif"), on_delete=models.PROTECT, related_name="series"
    )
    relays = models.ManyToManyField(
        VisitReason,
        verbose_name=_("peuvent prendre le relais"),
        related_name="relayed_series",
        blank=True,
        help_text=_("le même motif chez d’autres professionnels"),
    )
    prescribed = models.PositiveSmallIntegerField(
        _("séances prescrites"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SESSIONS)]
    )
    prescribed_on = models.DateField(_("date de l’ordonnance"), null=True, blank=True)
    prescriber = models.CharField(_("prescripteur"), max_length=120, blank=True)

    first_day = models.DateField(_("à partir du"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("jours"))
    half = models.CharField(_("moment"), max_length=10, choices=Half, default=Half.ANY, blank=True)
    hour = models.TimeField(_("heure souhaitée"), null=True, blank=True)
    every_n_weeks = models.PositiveSmallIntegerField(_("une semaine sur"), default=1)
    gap_days = models.PositiveSmallIntegerField(_("jours entre deux séances"), default=1)

    created_at = models.DateTimeField(_("créée le"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("créée par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("arrêtée le"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("arrêtée par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("série de séances")
        verbose_name_plural = _("séries de séances")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(prescribed__range=(1, MOST_SESSIONS)),
                name="series_prescribed_in_range",
                violation_error_message=_("Une ordonnance compte de 1 à 60 séances."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0),
                name="series_has_weekdays",
                violation_error_message=_("Choisissez au moins un jour."),
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks__range=(1, 8), gap_days__range=(1, 60)),
                name="series_rhythm_in_range",
                violation_error_message=_("Le rythme va de chaque semaine à une semaine sur huit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prescribed} × {self.reason}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None
