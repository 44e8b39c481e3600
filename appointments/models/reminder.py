from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import VisitReason
from practitioners.models import Centre


class ReminderKind(models.TextChoices):
    WEEK_BEFORE = "week", _("une semaine avant")
    DAYS_BEFORE = "days", _("deux jours avant")
    HOURS_BEFORE = "hours", _("deux heures avant")


class ReminderRule(models.Model):
    """When the house reminds. A rule of a reason takes the place of the centre's rule of the same kind."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="reminder_rules")
    reason = models.ForeignKey(
        VisitReason,
        verbose_name=_("motif"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reminder_rules",
    )
    kind = models.CharField(_("rappel"), max_length=10, choices=ReminderKind)
    lead_minutes = models.PositiveIntegerField(_("minutes avant le rendez-vous"))
    email_only = models.BooleanField(_("par e-mail seulement"), default=False)
    is_enabled = models.BooleanField(_("activé"), default=True)

    class Meta:
        verbose_name = _("rappel")
        verbose_name_plural = _("rappels")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "reason", "kind"],
                name="reminder_rule_once",
                nulls_distinct=False,
                violation_error_message=_("Ce rappel est déjà réglé pour ce motif."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.reason or self.centre}"

    @property
    def lead(self) -> timedelta:
        return timedelta(minutes=self.lead_minutes)
