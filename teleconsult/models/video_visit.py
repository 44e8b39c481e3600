"""The visit through a screen: who may be there is `Participant`, when is the appointment's own business."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from core import clock

# Long enough to try camera and microphone, short enough that a link lying about opens nothing.
OPENS_BEFORE = timedelta(minutes=15)
# A doctor who runs late by a whole morning session still sees his patient.
CLOSES_AFTER = timedelta(hours=2)


class VideoState(models.TextChoices):
    PLANNED = "planned", _("prévue")
    WAITING = "waiting", _("patient en attente")
    IN_CALL = "in_call", _("en cours")
    INTERRUPTED = "interrupted", _("interrompue, suite par téléphone")
    DONE = "done", _("terminée")
    MISSED = "missed", _("manquée")
    CANCELLED = "cancelled", _("annulée")


# Somebody may still come in.
OPEN_STATES = (VideoState.PLANNED, VideoState.WAITING, VideoState.IN_CALL, VideoState.INTERRUPTED)


class VideoVisitQuerySet(models.QuerySet["VideoVisit"]):
    def with_details(self) -> VideoVisitQuerySet:
        return self.select_related(
            "appointment__practitioner__centre",
            "appointment__practitioner__profession",
            "appointment__reason",
            "appointment__patient",
            "appointment__place",
            "appointment__accompanies__place",
            "appointment__accompanies__room",
            "appointment__accompanies__practitioner",
        )

    def standing(self) -> VideoVisitQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def between(self, start: datetime, end: datetime) -> VideoVisitQuerySet:
        return self.filter(appointment__start_at__gte=start, appointment__start_at__lt=end)


class VideoVisit(models.Model):
    """« Téléconsultation » (FHIR Encounter, class VR). Its hours are the appointment's: what moves one moves both."""

    appointment = models.OneToOneField(
        Appointment,
        verbose_name=_("rendez-vous"),
        on_delete=models.CASCADE,
        related_name="video_visit",
    )
    key = models.UUIDField(_("clé"), default=uuid.uuid4, unique=True, editable=False)
    planned_for = models.DateTimeField(_("prévue à"), help_text=_("un autre début : elle a été déplacée"))
    state = models.CharField(_("état"), max_length=12, choices=VideoState, default=VideoState.PLANNED)
    started_at = models.DateTimeField(_("commencée à"), null=True, blank=True)
    interrupted_at = models.DateTimeField(_("interrompue à"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée à"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("terminée par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    report = models.OneToOneField(
        "coordination.Note",
        verbose_name=_("compte rendu"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="video_visit",
    )
    planned_at = models.DateTimeField(_("préparée le"), default=clock.now, editable=False)

    objects = VideoVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("téléconsultation")
        verbose_name_plural = _("téléconsultations")
        ordering = ("appointment__start_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=[VideoState.IN_CALL, VideoState.INTERRUPTED])
                | Q(started_at__isnull=False),
                name="video_visit_begun_has_a_time",
                violation_error_message=_("Une téléconsultation en cours a une heure de début."),
            ),
            models.CheckConstraint(
                condition=~Q(state=VideoState.DONE) | Q(ended_at__isnull=False),
                name="video_visit_done_has_an_end",
                violation_error_message=_("Une téléconsultation terminée a une heure de fin."),
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="video_visit_times_in_order",
                violation_error_message=_("La fin suit le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} · {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("video_call", args=[self.key])

    @property
    def opens_at(self) -> datetime:
        return self.appointment.start_at - OPENS_BEFORE

    @property
    def closes_at(self) -> datetime:
        return self.appointment.end_at + CLOSES_AFTER

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def minutes(self) -> int | None:
        """How long it took, in whole minutes begun; None as long as it is not over."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(1, -(-int((self.ended_at - self.started_at).total_seconds()) // 60))
