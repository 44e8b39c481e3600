"""When and of what each member of the team is told by e-mail, and what he has been told."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

# Between the two quiet times of the house (core/outbox/quiet_hours.py).
EARLIEST, LATEST = 8, 20


class Pace(models.TextChoices):
    IMMEDIATE = "immediate", _("tout de suite")
    DAILY = "daily", _("une fois par jour")
    NEVER = "never", _("jamais")


class DigestSetting(models.Model):
    """One person's hour; the row is also what two sweeps at once take turns on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_setting"
    )
    hour = models.PositiveSmallIntegerField(
        _("heure du message quotidien"),
        default=EARLIEST,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )
    # The last day whose daily message has been seen to, whether there was anything to say or not.
    seen_to_on = models.DateField(null=True, editable=False)
    stop_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Since the link at the bottom of a message was used; his choices are kept for the day he comes back.
    stopped_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("réglage des nouvelles par e-mail")
        verbose_name_plural = _("réglages des nouvelles par e-mail")
        constraints = [
            models.CheckConstraint(
                condition=Q(hour__gte=EARLIEST, hour__lte=LATEST),
                name="digest_hour_by_day",
                violation_error_message=_("Choisissez une heure entre 8 h et 20 h."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class DigestChoice(models.Model):
    """How fast one person wants to hear of one kind of item; without row, what `ItemKind.usual` says."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_choices"
    )
    kind = models.CharField(_("nature"), max_length=30)
    pace = models.CharField(_("rythme"), max_length=10, choices=Pace, default=Pace.DAILY)

    class Meta:
        verbose_name = _("choix de nouvelles par e-mail")
        verbose_name_plural = _("choix de nouvelles par e-mail")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="digest_choice_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.kind} · {self.get_pace_display()}"


class DigestLine(models.Model):
    """This item was told to this person: once, whatever sweeps, crashes or comes back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_lines")
    kind = models.CharField(max_length=30)
    item = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("nouvelle annoncée")
        verbose_name_plural = _("nouvelles annoncées")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "item"], name="digest_line_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"
