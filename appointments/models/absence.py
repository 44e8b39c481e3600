"""When nobody receives although an opening says so."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Place, Practitioner


class Period(models.Model):
    """A time from an instant to an instant, mostly of whole days of the house."""

    start_at: models.DateTimeField[datetime, datetime]
    end_at: models.DateTimeField[datetime, datetime]

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date:
        """The last day of which a part belongs to it: midnight ends the day before."""
        return clock.local(self.end_at - timedelta(microseconds=1)).date()

    @property
    def is_whole_days(self) -> bool:
        return clock.local(self.start_at).time() == clock.local(self.end_at).time() == time.min


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("congés")
    TRAINING = "training", _("formation")
    MEETING = "meeting", _("réunion")
    SICK = "sick", _("arrêt")
    PRIVATE = "private", _("temps bloqué")
    # Written by the house itself, and taken back by it: a trainee whom nobody could answer for.
    UNSUPERVISED = "unsuperv", _("sans maître de stage")


class Absence(Period):
    """A practitioner is away. Why stays between him and the desk."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="absences",
    )
    kind = models.CharField(_("nature"), max_length=10, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    start_at = models.DateTimeField(_("du"))
    end_at = models.DateTimeField(_("au"))
    note = models.CharField(_("note pour l’équipe"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("start_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="absence_dates_in_order",
                violation_error_message=_("La fin de l’absence doit suivre son début."),
            )
        ]
        indexes = [models.Index(fields=["practitioner", "end_at"], name="absence_by_practitioner")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.get_kind_display()}"


class Closure(Period):
    """The house, or one of its places, is shut. Public holidays are computed, never entered here."""

    centre = models.ForeignKey(
        Centre,
        verbose_name=_("maison"),
        on_delete=models.CASCADE,
        related_name="closures",
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("lieu"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
        help_text=_("Vide : toute la maison."),
    )
    start_at = models.DateTimeField(_("du"))
    end_at = models.DateTimeField(_("au"))
    label = models.CharField(_("raison"), max_length=120)

    class Meta:
        verbose_name = _("fermeture")
        verbose_name_plural = _("fermetures")
        ordering = ("start_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="closure_dates_in_order",
                violation_error_message=_("La fin de la fermeture doit suivre son début."),
            )
        ]

    def __str__(self) -> str:
        return self.label
