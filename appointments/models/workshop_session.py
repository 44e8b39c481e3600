"""When a workshop takes place. PostgreSQL counts the seats and keeps animators from being in two places."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.resource import ResourceClosure
from appointments.models.workshop import MOST_SEATS, Workshop
from core import clock
from core.db import TsTzRange
from practitioners.models import Place, Practitioner, Room


class SessionState(models.TextChoices):
    PLANNED = "planned", _("prévue")
    HELD = "held", _("tenue")
    CANCELLED = "cancelled", _("annulée")


class WorkshopCycleQuerySet(models.QuerySet["WorkshopCycle"]):
    def coming(self, now: datetime | None = None) -> WorkshopCycleQuerySet:
        """At least one date is still to come."""
        dates = WorkshopSession.objects.standing().filter(
            cycle=OuterRef("pk"), start_at__gt=now or clock.now()
        )
        return self.filter(Exists(dates))


class WorkshopCycle(models.Model):
    """What one enrols in: a single date, or a series of dates that is followed whole.

    `taken` is kept by a trigger on the enrolments, and may not exceed `seats`: nobody sells a seat twice, whichever
    way the row is written.
    """

    workshop = models.ForeignKey(
        Workshop, verbose_name=_("atelier"), on_delete=models.CASCADE, related_name="cycles"
    )
    seats = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    taken = models.PositiveSmallIntegerField(_("places prises"), default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = WorkshopCycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle d’atelier")
        verbose_name_plural = _("cycles d’ateliers")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("seats")),
                name="workshop_seats_not_exceeded",
                violation_error_message=_("Il ne reste plus de place."),
            ),
            models.CheckConstraint(
                condition=Q(seats__range=(1, MOST_SEATS)),
                name="workshop_cycle_seats_in_range",
                violation_error_message=_("Un atelier compte de 1 à 200 places."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} · {self.taken}/{self.seats}"

    @property
    def seats_left(self) -> int:
        return self.seats - self.taken

    @property
    def is_full(self) -> bool:
        return self.taken >= self.seats


class WorkshopSessionQuerySet(models.QuerySet["WorkshopSession"]):
    def standing(self) -> WorkshopSessionQuerySet:
        return self.exclude(state=SessionState.CANCELLED)

    def coming(self, now: datetime | None = None) -> WorkshopSessionQuerySet:
        return self.filter(state=SessionState.PLANNED, start_at__gt=now or clock.now())

    def with_workshop(self) -> WorkshopSessionQuerySet:
        return self.select_related("cycle__workshop__centre", "place", "room", "room_closure")


class WorkshopSession(models.Model):
    """One date of a cycle. Its room is reserved by a `ResourceClosure`, as search and booking know it."""

    cycle = models.ForeignKey(
        WorkshopCycle, verbose_name=_("cycle"), on_delete=models.CASCADE, related_name="sessions"
    )
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    place = models.ForeignKey(
        Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshop_sessions",
        db_index=False,
    )
    room_closure = models.OneToOneField(
        ResourceClosure,
        verbose_name=_("réservation de la salle"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="workshop_session",
    )
    state = models.CharField(_("état"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    note = models.CharField(_("note pour l’équipe"), max_length=300, blank=True)
    sequence = models.PositiveSmallIntegerField(_("nombre de changements"), default=0)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True, editable=False)

    objects = WorkshopSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance d’atelier")
        verbose_name_plural = _("séances d’ateliers")
        ordering = ("start_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="workshop_session_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(end_at__lte=F("start_at") + timedelta(hours=24)),
                name="workshop_session_at_most_a_day",
                violation_error_message=_("Une séance dure 24 heures au plus."),
            ),
        ]
        indexes = [models.Index(fields=["start_at"], name="workshop_session_by_start")]

    def __str__(self) -> str:
        return f"{clock.local(self.start_at):%d/%m/%Y %H:%M}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED


class WorkshopHost(models.Model):
    """An animator is taken for the time of a session. There is no row for a date that is cancelled.

    Search reads these rows beside the absences; the exclusion keeps one person from animating two groups at once.
    """

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="hosts")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+", db_index=False)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()

    class Meta:
        verbose_name = _("animateur d’une séance")
        verbose_name_plural = _("animateurs des séances")
        constraints = [
            models.UniqueConstraint(fields=["session", "practitioner"], name="workshop_host_once"),
            ExclusionConstraint(
                name="workshop_host_free",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Cette personne anime déjà un atelier à cette heure."),
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "end_at"], name="workshop_host_busy")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.session}"
