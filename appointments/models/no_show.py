"""Missed visits: from how many on the next one is booked by telephone, and for whom the desk has lifted that."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient
from practitioners.models import Centre

MONTH_DAYS = 30.4375


def months(number: int) -> timedelta:
    return timedelta(days=round(number * MONTH_DAYS))


class NoShowRuleQuerySet(models.QuerySet["NoShowRule"]):
    def in_force(self, day: date | None = None) -> NoShowRuleQuerySet:
        """The latest first: only that one counts, and not even it where it is switched off."""
        return self.filter(since__lte=day or clock.today()).order_by("-since", "-pk")


class NoShowRule(models.Model):
    """Holds from its day until the next one of the house begins."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="no_show_rules")
    since = models.DateField(_("à partir du"), default=clock.today)
    most = models.PositiveSmallIntegerField(_("nombre d’absences"), default=3)
    period = models.DurationField(_("sur une durée de"), default=timedelta(days=365))
    is_enabled = models.BooleanField(_("la règle s’applique"), default=True)

    objects = NoShowRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("règle des absences")
        verbose_name_plural = _("règle des absences")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "since"],
                name="no_show_rule_one_a_day",
                violation_error_message=_("Une règle commence déjà ce jour-là."),
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=20, period__gt=timedelta(0)),
                name="no_show_rule_counts_something",
                violation_error_message=_("De 1 à 20 absences, sur une durée."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre} · {self.since:%d/%m/%Y} · {self.most}"

    @property
    def months(self) -> int:
        return max(1, round(self.period.days / MONTH_DAYS))


class NoShowWaiver(models.Model):
    """The human way out: this person books online again, until a day."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="no_show_waivers")
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"))
    reason = models.CharField(_("raison"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("réservation en ligne rétablie")
        verbose_name_plural = _("réservations en ligne rétablies")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="no_show_waiver_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.until:%d/%m/%Y}"
