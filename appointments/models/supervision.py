"""Who answers for a trainee, half-day by half-day, and what the law asks of each level."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.absence import AbsenceKind
from appointments.models.opening import Weekday
from core import clock
from practitioners.models import Internship, Practitioner
from practitioners.models.internship import Level


class Presence(models.TextChoices):
    """What a trainee of this level needs of his supervisor while he receives."""

    IN_HOUSE = "in-house", _("un maître de stage dans la maison à la même heure")
    REACHABLE = "reachable", _("un maître de stage joignable, même ailleurs")
    NEVER_ALONE = "never-alone", _("ne reçoit jamais seul")


class SupervisionRule(models.Model):
    """From a day on, for one level: the newest line that has begun is the one that holds."""

    level = models.CharField(_("niveau"), max_length=10, choices=Level)
    valid_from = models.DateField(_("à partir du"))
    presence = models.CharField(_("encadrement"), max_length=12, choices=Presence)
    margin_minutes = models.PositiveSmallIntegerField(
        _("encore là autour de ses consultations (minutes)"),
        default=30,
        validators=[MaxValueValidator(120)],
        help_text=_("Un maître de stage est dans la maison un peu avant et un peu après ses plages."),
    )
    away_kinds = ArrayField(
        models.CharField(max_length=10, choices=AbsenceKind),
        verbose_name=_("absences qui privent d’encadrement"),
        default=list,
        blank=True,
    )
    most_supervisors = models.PositiveSmallIntegerField(
        _("maîtres de stage au plus"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    review_days = models.PositiveSmallIntegerField(
        _("relecture : jours ouvrés après la consultation"),
        default=1,
        validators=[MaxValueValidator(5)],
        help_text=_("0 : le jour même."),
    )

    class Meta:
        verbose_name = _("règle d’encadrement des stagiaires")
        verbose_name_plural = _("règles d’encadrement des stagiaires")
        ordering: ClassVar = ["level", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "valid_from"],
                name="supervision_rule_once_a_day",
                violation_error_message=_("Une règle existe déjà pour ce niveau à cette date."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} · {self.valid_from:%d/%m/%Y}"


def _usual(level: Level, presence: Presence, away: list[str], review_days: int) -> SupervisionRule:
    start = date(2020, 1, 1)
    return SupervisionRule(
        level=level, valid_from=start, presence=presence, away_kinds=away, review_days=review_days
    )


_GONE = [str(AbsenceKind.LEAVE), str(AbsenceKind.TRAINING), str(AbsenceKind.SICK)]
_UNREACHABLE = [str(AbsenceKind.LEAVE), str(AbsenceKind.SICK)]


def rules_of_supervision() -> list[SupervisionRule]:
    """As `rule_for` reads them; a level without a line of its own follows what is usual. One query."""
    usual = [
        _usual(Level.LEVEL_1, Presence.IN_HOUSE, _GONE, 0),
        _usual(Level.SASPAS, Presence.REACHABLE, _UNREACHABLE, 1),
        _usual(Level.EXTERN, Presence.NEVER_ALONE, _GONE, 0),
    ]
    return [*SupervisionRule.objects.order_by("level", "-valid_from"), *usual]


def rule_for(rules: list[SupervisionRule], level: str, day: date) -> SupervisionRule | None:
    """Of rules that are ordered as the table orders them."""
    return next((rule for rule in rules if rule.level == level and rule.valid_from <= day), None)


class Half(models.TextChoices):
    MORNING = "am", _("matin")
    AFTERNOON = "pm", _("après-midi")


class StayHalfDay(models.Model):
    """« Le mardi matin, le Dr Deschodt répond de l’interne »: whom one asks first."""

    stay = models.ForeignKey(
        Internship, verbose_name=_("stage"), on_delete=models.CASCADE, related_name="half_days"
    )
    weekday = models.PositiveSmallIntegerField(_("jour"), choices=Weekday)
    half = models.CharField(_("moment"), max_length=2, choices=Half)
    supervisor = models.ForeignKey(
        Practitioner, verbose_name=_("maître de stage"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("demi-journée de stage")
        verbose_name_plural = _("demi-journées de stage")
        ordering: ClassVar = ["weekday", "half"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "weekday", "half"],
                name="stay_half_day_one_supervisor",
                violation_error_message=_("Une seule personne répond de chaque demi-journée."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.get_half_display()} · {self.supervisor}"


class Takeover(models.Model):
    """Another supervisor of the stay answers for this time, since the one who was named cannot."""

    stay = models.ForeignKey(Internship, on_delete=models.CASCADE, related_name="takeovers")
    named = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+")
    supervisor = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="takeovers")
    start_at = models.DateTimeField(_("de"))
    end_at = models.DateTimeField(_("à"))
    since = models.DateTimeField(_("noté le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("relais d’encadrement")
        verbose_name_plural = _("relais d’encadrement")
        ordering: ClassVar = ["start_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "start_at"], name="takeover_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")) & ~Q(named=F("supervisor")),
                name="takeover_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} → {self.stay}"
