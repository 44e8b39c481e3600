"""When a practitioner receives: weekly patterns, and the dated openings that they unfold into."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import VisitReason
from practitioners.models import Place, Practitioner, Room

if TYPE_CHECKING:
    from datetime import datetime


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("tout le monde")
    KNOWN = "known", _("patients déjà suivis")
    REFERRER = "referrer", _("professionnels qui adressent et équipe")
    UNSCHEDULED = "unscheduled", _("soins non programmés")
    STAFF = "staff", _("l’équipe seulement")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("lundi")
    TUESDAY = 1, _("mardi")
    WEDNESDAY = 2, _("mercredi")
    THURSDAY = 3, _("jeudi")
    FRIDAY = 4, _("vendredi")
    SATURDAY = 5, _("samedi")
    SUNDAY = 6, _("dimanche")


class OpeningRule(models.Model):
    """A weekly pattern in local hours: « lundi et jeudi, 8 h–12 h, une semaine sur deux, à partir du … »."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="opening_rules",
    )
    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("jours"))
    start_time = models.TimeField(_("de"))
    end_time = models.TimeField(_("à"))
    every_n_weeks = models.PositiveSmallIntegerField(
        _("une semaine sur"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    valid_from = models.DateField(_("à partir du"))
    valid_until = models.DateField(_("jusqu’au"), null=True, blank=True)
    except_on = ArrayField(models.DateField(), verbose_name=_("sauf le"), default=list, blank=True)
    on_holidays = models.BooleanField(_("aussi les jours fériés"), default=False)
    reasons = models.ManyToManyField(
        VisitReason,
        verbose_name=_("motifs"),
        blank=True,
        related_name="opening_rules",
        help_text=_("Aucun motif coché : tous les motifs du professionnel."),
    )
    audience = models.CharField(_("pour"), max_length=12, choices=Audience, default=Audience.EVERYONE)

    class Meta:
        verbose_name = _("plage d’ouverture hebdomadaire")
        verbose_name_plural = _("plages d’ouverture hebdomadaires")
        ordering = ("start_time", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="opening_rule_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="opening_rule_dates_in_order",
                violation_error_message=_("La dernière date ne peut pas précéder la première."),
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks__range=(1, 8)),
                name="opening_rule_weeks_in_range",
                violation_error_message=_("Le rythme va de chaque semaine à une semaine sur huit."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0),
                name="opening_rule_has_a_day",
                violation_error_message=_("Choisissez au moins un jour."),
            ),
        ]

    def __str__(self) -> str:
        days = ", ".join(str(Weekday(day).label) for day in sorted(self.weekdays))
        return f"{days}, {self.start_time:%H:%M}–{self.end_time:%H:%M}"

    def falls_on(self, day: date) -> bool:
        """Whether the pattern names this day. Holidays are the business of the unfolding.

        Weeks are counted from the Monday of the week of `valid_from`, so that « une semaine sur deux » keeps its
        step across New Year, where the numbers of ISO weeks do not.
        """
        if day < self.valid_from or (self.valid_until and day > self.valid_until):
            return False
        if day.weekday() not in self.weekdays or day in self.except_on:
            return False
        first_monday = self.valid_from - timedelta(days=self.valid_from.weekday())
        return (day - first_monday).days // 7 % self.every_n_weeks == 0


class OpeningQuerySet(models.QuerySet["Opening"]):
    def standing(self) -> OpeningQuerySet:
        return self.filter(cancelled_at=None)

    def between(self, start: datetime, end: datetime) -> OpeningQuerySet:
        return self.filter(start_at__lt=end, end_at__gt=start)


class Opening(models.Model):
    """A dated opening: from a rule, or made by hand. `rule_day` makes unfolding a rule twice harmless."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="openings",
    )
    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    reasons = models.ManyToManyField(
        VisitReason, verbose_name=_("motifs"), blank=True, related_name="openings"
    )
    audience = models.CharField(_("pour"), max_length=12, choices=Audience, default=Audience.EVERYONE)
    rule = models.ForeignKey(
        OpeningRule,
        verbose_name=_("plage hebdomadaire"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="openings",
    )
    rule_day = models.DateField(_("jour de la plage hebdomadaire"), null=True, blank=True)
    is_edited = models.BooleanField(_("modifiée à la main"), default=False)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("plage d’ouverture")
        verbose_name_plural = _("plages d’ouverture")
        ordering = ("start_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["rule", "rule_day"], name="opening_once_per_rule_and_day"),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="opening_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(end_at__lte=F("start_at") + timedelta(hours=24)),
                name="opening_at_most_a_day",
                violation_error_message=_("Une plage dure 24 heures au plus."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["practitioner", "start_at"],
                include=["end_at", "room", "audience"],
                condition=Q(cancelled_at=None),
                name="opening_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} {self.start_at:%Y-%m-%d %H:%M}–{self.end_at:%H:%M}"
