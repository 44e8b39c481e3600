"""For whom the seats of a session are kept, and until when: a rule with dates for a programme, or one session's own."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.db import DayRange
from partnerships.models.programme import AdvancedConsultation
from partnerships.models.session import ConsultationSession
from practitioners.models import Practitioner, Profession

MOST_SEATS = 60
# Above that one plans to make people wait.
MOST_OVERBOOKING = 30


class SeatRuleQuerySet(models.QuerySet["SeatRule"]):
    def on(self, day: date) -> SeatRuleQuerySet:
        """Of programmes; a session's own rule has no dates."""
        return self.filter(Q(until=None) | Q(until__gte=day), session=None, since__lte=day)


class SeatRule(models.Model):
    """Read for the day of the session: the session's own rule, else that of its programme which holds on this day."""

    programme = models.ForeignKey(
        AdvancedConsultation,
        verbose_name=_("consultation avancée"),
        on_delete=models.CASCADE,
        related_name="seat_rules",
    )
    session = models.OneToOneField(
        ConsultationSession,
        verbose_name=_("séance"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="seat_rule",
    )
    since = models.DateField(_("à partir du"), null=True, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    urgent_reserve = models.PositiveSmallIntegerField(
        _("places gardées pour les urgences"), default=0, validators=[MaxValueValidator(MOST_SEATS)]
    )
    reserve_release_days = models.PositiveSmallIntegerField(
        _("urgences : rendues combien de jours avant"), default=2, validators=[MaxValueValidator(90)]
    )
    quota_release_days = models.PositiveSmallIntegerField(
        _("parts : rendues combien de jours avant"), default=7, validators=[MaxValueValidator(90)]
    )
    overbooking_percent = models.PositiveSmallIntegerField(
        _("surréservation (%)"), default=0, validators=[MaxValueValidator(MOST_OVERBOOKING)]
    )

    objects = SeatRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("partage des places")
        verbose_name_plural = _("partages des places")
        ordering = ("programme", "-since", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(session=None, since__isnull=False)
                | Q(session__isnull=False, since=None, until=None),
                name="seat_rule_dated_or_of_a_session",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="seat_rule_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            models.CheckConstraint(
                condition=Q(overbooking_percent__lte=MOST_OVERBOOKING),
                name="seat_rule_overbooking_bounded",
                violation_error_message=_("La surréservation va jusqu’à 30 %."),
            ),
            models.CheckConstraint(
                condition=Q(urgent_reserve__lte=MOST_SEATS), name="seat_rule_reserve_in_range"
            ),
            ExclusionConstraint(
                name="seat_rule_one_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    (DayRange("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(session=None),
                violation_error_message=_("Un autre partage vaut déjà à ces dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.session or self.since}"

    def holds_on(self, day: date) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


class SeatQuota(models.Model):
    """One line of a rule: so many seats kept for a profession or a person who refers, and at most so many for them."""

    rule = models.ForeignKey(SeatRule, on_delete=models.CASCADE, related_name="quotas")
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession qui adresse"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    referrer = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel qui adresse"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    kept = models.PositiveSmallIntegerField(
        _("gardées par séance"), default=0, validators=[MaxValueValidator(MOST_SEATS)]
    )
    most_per_session = models.PositiveSmallIntegerField(
        _("au plus par séance"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)],
    )
    most_per_month = models.PositiveSmallIntegerField(
        _("au plus par mois"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )

    class Meta:
        verbose_name = _("part des places")
        verbose_name_plural = _("parts des places")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(profession=None, referrer__isnull=False)
                | Q(profession__isnull=False, referrer=None),
                name="seat_quota_for_one_of_both",
                violation_error_message=_("Choisissez une profession ou une personne."),
            ),
            models.CheckConstraint(
                condition=Q(kept__gt=0) | Q(most_per_session__gte=1) | Q(most_per_month__gte=1),
                name="seat_quota_says_something",
                violation_error_message=_("Donnez au moins un nombre de places."),
            ),
            models.CheckConstraint(
                condition=Q(most_per_session=None) | Q(most_per_session__gte=F("kept")),
                name="seat_quota_keeps_what_may_be_taken",
                violation_error_message=_("On ne garde pas plus de places qu’il n’en est permis."),
            ),
            models.UniqueConstraint(fields=["rule", "profession"], name="seat_quota_once_per_profession"),
            models.UniqueConstraint(fields=["rule", "referrer"], name="seat_quota_once_per_referrer"),
        ]

    def __str__(self) -> str:
        return f"{self.who} · {self.kept}"

    @property
    def who(self) -> str:
        return self.profession.name if self.profession else str(self.referrer)
