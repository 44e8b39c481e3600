"""Each visit that a trainee gave is looked through by the supervisor who answered for him."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from core import clock
from practitioners.models import Internship, Practitioner


class DebriefQuerySet(models.QuerySet["Debrief"]):
    def open(self) -> DebriefQuerySet:
        return self.filter(reviewed_at=None)

    def overdue(self, day: date | None = None) -> DebriefQuerySet:
        return self.open().filter(due_on__lt=day or clock.today())

    def with_details(self) -> DebriefQuerySet:
        return self.select_related(
            "visit__patient", "visit__reason", "stay__intern", "supervisor", "reviewed_by__practitioner"
        )


class Debrief(models.Model):
    """One visit, one signed review. Made when the visit ends; who answered that day stays written here."""

    visit = models.OneToOneField(
        Appointment, verbose_name=_("rendez-vous"), on_delete=models.CASCADE, related_name="debrief"
    )
    stay = models.ForeignKey(
        Internship, verbose_name=_("stage"), on_delete=models.CASCADE, related_name="debriefs"
    )
    supervisor = models.ForeignKey(
        Practitioner, verbose_name=_("maître de stage"), on_delete=models.PROTECT, related_name="debriefs"
    )
    due_on = models.DateField(_("à relire pour le"))
    created_at = models.DateTimeField(_("depuis le"), default=clock.now, editable=False)
    reviewed_at = models.DateTimeField(_("relu le"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    comment = models.TextField(_("retour au stagiaire"), max_length=2000, blank=True)
    escalated_at = models.DateTimeField(_("signalé en retard le"), null=True, editable=False)

    objects = DebriefQuerySet.as_manager()

    class Meta:
        verbose_name = _("relecture")
        verbose_name_plural = _("relectures")
        ordering: ClassVar = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="debrief_signed_by_somebody",
                violation_error_message=_("Une relecture est signée et datée."),
            )
        ]
        indexes = [
            models.Index(fields=["supervisor", "due_on"], condition=Q(reviewed_at=None), name="debrief_open")
        ]

    def __str__(self) -> str:
        return f"{self.stay.intern} · {clock.local(self.visit.start_at):%d/%m/%Y %H:%M}"


class StayNote(models.Model):
    """What supervisors and trainee say to each other about the stay: nobody else reads it."""

    stay = models.ForeignKey(Internship, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=4000)
    written_at = models.DateTimeField(_("écrite le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("note de stage")
        verbose_name_plural = _("notes de stage")
        ordering: ClassVar = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.stay} · {clock.local(self.written_at):%d/%m/%Y}"
