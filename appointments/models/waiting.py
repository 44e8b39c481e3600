"""Somebody waits for a time that suits; the house offers what becomes free, in a fair order."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from appointments.models.opening import Weekday
from appointments.models.reason import ReasonCategory
from appointments.models.states import Origin
from core import clock
from patients.models import Patient
from practitioners.models import Centre, Practitioner


class WaitingListRule(models.Model):
    """How one house offers freed times; a house without a row follows the defaults."""

    centre = models.OneToOneField(
        Centre, verbose_name=_("maison"), on_delete=models.CASCADE, related_name="waiting_list_rule"
    )
    answer_minutes = models.PositiveSmallIntegerField(
        _("délai pour répondre à un créneau libéré (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(24 * 60)],
    )
    most_notices = models.PositiveSmallIntegerField(
        _("créneaux proposés au plus par demande"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Ensuite la demande est en pause jusqu’à ce que le patient la reprenne."),
    )
    replacement_hours = models.PositiveSmallIntegerField(
        _("délai pour répondre à une heure de remplacement (heures)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 7)],
        help_text=_("Quand un professionnel est absent et qu’une autre heure est proposée."),
    )

    class Meta:
        verbose_name = _("réglage de la liste d’attente")
        verbose_name_plural = _("réglages de la liste d’attente")

    def __str__(self) -> str:
        return str(self.centre)

    @property
    def answer_time(self) -> timedelta:
        return timedelta(minutes=self.answer_minutes)

    @property
    def replacement_time(self) -> timedelta:
        return timedelta(hours=self.replacement_hours)


class RequestState(models.TextChoices):
    OPEN = "open", _("en attente")
    OFFERED = "offered", _("créneau proposé")
    PAUSED = "paused", _("en pause")
    SATISFIED = "satisfied", _("rendez-vous trouvé")
    WITHDRAWN = "withdrawn", _("retirée")
    EXPIRED = "expired", _("terminée")


LIVE_REQUESTS = (RequestState.OPEN, RequestState.OFFERED, RequestState.PAUSED)


class Priority(models.IntegerChoices):
    NORMAL = 0, _("à son tour")
    RAISED = 1, _("prioritaire")
    FIRST = 2, _("en tout premier")


class Half(models.TextChoices):
    ANY = "", _("toute la journée")
    MORNING = "matin", _("le matin")
    AFTERNOON = "apres-midi", _("l’après-midi")


class WaitingRequestQuerySet(models.QuerySet["WaitingRequest"]):
    def live(self) -> WaitingRequestQuerySet:
        return self.filter(state__in=LIVE_REQUESTS)

    def in_turn(self) -> WaitingRequestQuerySet:
        """The order in which a free time is offered: priority, then who has waited longest, then fewest offers."""
        return self.order_by("-priority", "created_at", "notices", "pk")

    def with_details(self) -> WaitingRequestQuerySet:
        return self.select_related(
            "patient", "category__profession", "current__practitioner", "current__reason"
        ).prefetch_related("practitioners")


class WaitingRequest(models.Model):
    """What one person waits for. `current` is the visit that would be given up for the time offered."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="waiting_requests"
    )
    category = models.ForeignKey(
        ReasonCategory,
        verbose_name=_("type de consultation"),
        on_delete=models.PROTECT,
        related_name="waiting_requests",
    )
    practitioners = models.ManyToManyField(
        Practitioner,
        verbose_name=_("avec"),
        blank=True,
        related_name="waiting_requests",
        help_text=_("Personne de coché : tous ceux qui proposent cette consultation."),
    )
    first_day = models.DateField(_("à partir du"))
    last_day = models.DateField(_("jusqu’au"))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("jours"), default=list, blank=True
    )
    half = models.CharField(_("moment"), max_length=10, choices=Half, default=Half.ANY, blank=True)
    notice_minutes = models.PositiveIntegerField(_("prévenir au moins (minutes avant)"), default=120)
    current = models.ForeignKey(
        Appointment,
        verbose_name=_("rendez-vous à remplacer"),
        on_delete=models.CASCADE,
        null=True,
        related_name="waiting_requests",
    )
    only_earlier = models.BooleanField(_("seulement plus tôt"), default=False)

    priority = models.PositiveSmallIntegerField(_("tour"), choices=Priority, default=Priority.NORMAL)
    priority_note = models.CharField(_("pourquoi"), max_length=200, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=RequestState, default=RequestState.OPEN)
    notices = models.PositiveSmallIntegerField(_("créneaux proposés"), default=0)
    origin = models.CharField(_("demandé"), max_length=15, choices=Origin, default=Origin.ONLINE)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("demandé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("depuis le"), default=clock.now)
    ended_at = models.DateTimeField(_("terminée le"), null=True)

    objects = WaitingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande en liste d’attente")
        verbose_name_plural = _("demandes en liste d’attente")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "category"],
                condition=Q(state__in=LIVE_REQUESTS),
                name="waiting_request_once",
                violation_error_message=_(
                    "Cette personne est déjà sur la liste d’attente pour cette consultation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="waiting_request_days_in_order",
                violation_error_message=_("Le dernier jour ne peut pas précéder le premier."),
            ),
            models.CheckConstraint(
                condition=Q(only_earlier=False) | Q(current__isnull=False),
                name="waiting_request_earlier_than_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_REQUESTS, ended_at=None)
                | (~Q(state__in=LIVE_REQUESTS) & Q(ended_at__isnull=False)),
                name="waiting_request_end_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "created_at"],
                condition=Q(state="open"),
                name="waiting_request_in_turn",
            )
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {self.category}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_REQUESTS

    @property
    def notice(self) -> timedelta:
        return timedelta(minutes=self.notice_minutes)

    def wants(self, start_at: datetime) -> bool:
        """The day, the hour, and earlier than what there is; not whether there is still time to come."""
        local = clock.local(start_at)
        if not self.first_day <= local.date() <= self.last_day:
            return False
        if self.weekdays and local.weekday() not in self.weekdays:
            return False
        if self.half and (local.hour < 12) != (self.half == Half.MORNING):
            return False
        return not self.only_earlier or (self.current is not None and start_at < self.current.start_at)
