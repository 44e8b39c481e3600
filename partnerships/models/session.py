"""When the visiting professional is here: a pattern, and the dated sessions, each an opening of the one schedule."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Opening, OpeningRule
from appointments.models.opening import Weekday
from core import clock
from core.db import TsTzRange
from partnerships.models.programme import AdvancedConsultation
from practitioners.models import Practitioner, Room


class SessionPattern(models.Model):
    """« jeudi sur deux, 14 h–17 h 30 »: unfolds into sessions over twelve months."""

    programme = models.ForeignKey(AdvancedConsultation, on_delete=models.CASCADE, related_name="patterns")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="session_patterns",
    )
    weekday = models.PositiveSmallIntegerField(_("jour"), choices=Weekday)
    start_time = models.TimeField(_("de"))
    end_time = models.TimeField(_("à"))
    every_n_weeks = models.PositiveSmallIntegerField(
        _("une semaine sur"), default=1, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    valid_from = models.DateField(_("à partir du"))
    valid_until = models.DateField(_("jusqu’au"), null=True, blank=True)
    room = models.ForeignKey(
        Room, verbose_name=_("salle"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seats = models.PositiveSmallIntegerField(
        _("places"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    class Meta:
        verbose_name = _("rythme des séances")
        verbose_name_plural = _("rythmes des séances")
        ordering = ("valid_from", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="session_pattern_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="session_pattern_dates_in_order",
                violation_error_message=_("La dernière date ne peut pas précéder la première."),
            ),
            models.CheckConstraint(
                condition=Q(every_n_weeks__range=(1, 8)), name="session_pattern_weeks_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start_time:%H:%M}–{self.end_time:%H:%M}"

    def as_rule(self) -> OpeningRule:
        """The same pattern as the schedule knows it, never saved: its days are counted in one place."""
        return OpeningRule(
            practitioner=self.practitioner,
            weekdays=[self.weekday],
            start_time=self.start_time,
            end_time=self.end_time,
            every_n_weeks=self.every_n_weeks,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class SessionState(models.TextChoices):
    PLANNED = "planned", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    CANCELLED = "cancelled", _("annulée")


class ConsultationSessionQuerySet(models.QuerySet["ConsultationSession"]):
    def standing(self) -> ConsultationSessionQuerySet:
        return self.exclude(state=SessionState.CANCELLED)

    def coming(self, now: datetime | None = None) -> ConsultationSessionQuerySet:
        return self.filter(end_at__gt=now or clock.now())


class ConsultationSession(models.Model):
    """One half-day of a visiting professional in the house. Its opening is what the schedule shows and books."""

    programme = models.ForeignKey(AdvancedConsultation, on_delete=models.PROTECT, related_name="sessions")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="consultation_sessions",
    )
    pattern = models.ForeignKey(
        SessionPattern, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    pattern_day = models.DateField(null=True, blank=True)
    opening = models.OneToOneField(
        Opening, on_delete=models.PROTECT, null=True, blank=True, related_name="consultation_session"
    )
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    room = models.ForeignKey(
        Room, verbose_name=_("salle"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seats = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    state = models.CharField(_("état"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmée par"), max_length=150, blank=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    cancelled_by = models.CharField(_("annulée par"), max_length=150, blank=True)
    cancel_reason = models.CharField(_("pourquoi"), max_length=300, blank=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("remplace"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ConsultationSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance de consultation avancée")
        verbose_name_plural = _("séances de consultation avancée")
        ordering = ("start_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pattern", "pattern_day"], name="session_once_per_pattern_and_day"
            ),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="session_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="session_has_a_seat",
                violation_error_message=_("Une séance a au moins une place."),
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=SessionState.CANCELLED) & Q(cancelled_at=None, opening__isnull=False)),
                name="session_stands_on_an_opening",
            ),
            ExclusionConstraint(
                name="session_room_once_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state=SessionState.CANCELLED) & Q(room__isnull=False),
                violation_error_message=_("Une autre séance occupe déjà cette salle à cette heure."),
            ),
            ExclusionConstraint(
                name="session_practitioner_once_at_a_time",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state=SessionState.CANCELLED),
                violation_error_message=_("Ce professionnel tient déjà une séance à cette heure."),
            ),
        ]
        indexes = [models.Index(fields=["programme", "start_at"], name="session_by_programme")]

    def __str__(self) -> str:
        return f"{self.programme} {clock.local(self.start_at):%Y-%m-%d %H:%M}"

    @property
    def local_day(self) -> date:
        return clock.local(self.start_at).date()


class NoticeStep(models.TextChoices):
    """What is sent while the partner has not answered, in this order, each once per session."""

    ASKED = "asked", _("confirmation demandée")
    REMINDED = "reminded", _("confirmation rappelée")
    ESCALATED = "escalated", _("coordination prévenue")


class SessionNotice(models.Model):
    """Written with the message that it stands for, so that no step is taken twice."""

    session = models.ForeignKey(ConsultationSession, on_delete=models.CASCADE, related_name="notices")
    step = models.CharField(_("étape"), max_length=10, choices=NoticeStep)
    sent_at = models.DateTimeField(_("le"), default=clock.now)

    class Meta:
        verbose_name = _("demande de confirmation")
        verbose_name_plural = _("demandes de confirmation")
        constraints = [models.UniqueConstraint(fields=["session", "step"], name="session_notice_once")]

    def __str__(self) -> str:
        return f"{self.session} · {self.get_step_display()}"
