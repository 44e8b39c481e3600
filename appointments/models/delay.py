"""« Trente minutes de retard » : what a practitioner has announced for today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Practitioner

SHORTEST, LONGEST = 5, 240


class DelayQuerySet(models.QuerySet["Delay"]):
    def in_force(self) -> DelayQuerySet:
        """Of today, and not lifted: a delay ends with its day."""
        return self.filter(day=clock.today(), lifted_at=None)

    def minutes_of(self, practitioners: Collection[int]) -> dict[int, int]:
        """Minutes by practitioner, today; one query."""
        rows = self.in_force().filter(practitioner__in=practitioners)
        return dict(rows.order_by().values_list("practitioner_id", "minutes"))


class Delay(models.Model):
    """One row a practitioner and day; announcing again changes it, and its revision."""

    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.CASCADE, related_name="delays"
    )
    day = models.DateField(_("jour"), default=clock.today)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    revision = models.PositiveSmallIntegerField(_("version"), default=1)
    announced_at = models.DateTimeField(_("annoncé le"), default=clock.now)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    lifted_at = models.DateTimeField(_("levé le"), null=True, blank=True)

    objects = DelayQuerySet.as_manager()

    class Meta:
        verbose_name = _("retard annoncé")
        verbose_name_plural = _("retards annoncés")
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "day"],
                name="delay_one_a_day",
                violation_error_message=_("Un retard est déjà annoncé ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST),
                name="delay_between_five_minutes_and_four_hours",
                violation_error_message=_("Un retard dure de 5 minutes à 4 heures."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.day:%d/%m/%Y} · {self.minutes}"

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)
