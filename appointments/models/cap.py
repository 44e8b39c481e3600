"""How many visits of a programme the law allows one patient: configuration with dates and its source, never code."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.db import DayRange
from patients.models import Patient
from practitioners.models import Centre


class Programme(models.Model):
    """Why a visit counts: « accès direct au kinésithérapeute », « Mon soutien psy ». A reason for a visit says so."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="programmes")
    name = models.CharField(_("nom"), max_length=100)

    class Meta:
        verbose_name = _("dispositif")
        verbose_name_plural = _("dispositifs")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="cap_programme_name_once",
                violation_error_message=_("Un dispositif porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Period(models.TextChoices):
    YEAR = "year", _("par année civile")
    EPISODE = "episode", _("par épisode de soins")


class CapQuerySet(models.QuerySet["BookingCap"]):
    def on(self, day: date) -> CapQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class BookingCap(models.Model):
    """Counts for visits that take place between its days: another figure is another row, the past keeps its own."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("dispositif"), on_delete=models.CASCADE, related_name="caps"
    )
    most = models.PositiveSmallIntegerField(_("séances au plus"))
    period = models.CharField(_("période"), max_length=10, choices=Period, default=Period.YEAR)
    since = models.DateField(_("à partir du"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    may_be_exceeded = models.BooleanField(
        _("l’équipe peut passer outre, en écrivant pourquoi"), default=False
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Le texte qui le dit : loi, décret, convention.")
    )

    objects = CapQuerySet.as_manager()

    class Meta:
        verbose_name = _("plafond de séances")
        verbose_name_plural = _("plafonds de séances")
        ordering = ("programme__name", "-since")
        constraints = [
            models.CheckConstraint(
                condition=Q(most__range=(1, 366)),
                name="booking_cap_counts_something",
                violation_error_message=_("De 1 à 366 séances."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="booking_cap_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            ExclusionConstraint(
                name="booking_cap_one_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    (DayRange("since", "until"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Un plafond de ce dispositif vaut déjà ces jours-là : donnez-lui d’abord une fin."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} : {self.most}"


class CareEpisode(models.Model):
    """The count begins anew: a diagnosis was made, or it is about something else. A person says so and signs."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_episodes")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="episodes")
    since = models.DateField(_("à partir du"), default=clock.today)
    reason = models.CharField(_("pourquoi"), max_length=200)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("épisode de soins")
        verbose_name_plural = _("épisodes de soins")
        indexes = [models.Index(fields=["patient", "programme", "-since"], name="care_episode_by_patient")]

    def __str__(self) -> str:
        return f"{self.programme} · {self.since:%d/%m/%Y}"
