"""Who takes part in a workshop, who waits, and who came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.reference import new_reference
from appointments.models.states import Origin
from appointments.models.workshop_session import WorkshopCycle, WorkshopSession
from core import clock
from patients.models import Patient


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", _("inscrit")
    WAITING = "waiting", _("en liste d’attente")
    CANCELLED = "cancelled", _("désinscrit")


class Mark(models.TextChoices):
    PRESENT = "present", _("présent")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excusé")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> EnrolmentQuerySet:
        """With a seat or waiting for one."""
        return self.exclude(state=EnrolmentState.CANCELLED)

    def enrolled(self) -> EnrolmentQuerySet:
        return self.filter(state=EnrolmentState.ENROLLED)

    def waiting(self) -> EnrolmentQuerySet:
        """In the order of the list."""
        return self.filter(state=EnrolmentState.WAITING).order_by("queue", "pk")

    def with_details(self) -> EnrolmentQuerySet:
        return self.select_related("patient", "cycle__workshop__centre", "cycle__workshop__place")


class Enrolment(models.Model):
    """A patient's seat in a cycle, or his rank in its waiting list."""

    reference = models.CharField(_("référence"), max_length=9, default=new_reference, unique=True)
    cycle = models.ForeignKey(
        WorkshopCycle, verbose_name=_("cycle"), on_delete=models.PROTECT, related_name="enrolments"
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="enrolments"
    )
    state = models.CharField(_("état"), max_length=10, choices=EnrolmentState)
    queue = models.PositiveIntegerField(_("ordre d’attente"), null=True, blank=True)
    origin = models.CharField(_("inscrit"), max_length=15, choices=Origin, default=Origin.ONLINE)
    asked_at = models.DateTimeField(_("demandé le"), default=clock.now)
    seated_at = models.DateTimeField(_("place obtenue le"), null=True, blank=True)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("inscrit par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    cancelled_at = models.DateTimeField(_("désinscrit le"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("désinscrit par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    cancel_note = models.CharField(_("raison"), max_length=300, blank=True)
    sequence = models.PositiveSmallIntegerField(_("nombre de changements"), default=0)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ("asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "patient"],
                condition=~Q(state=EnrolmentState.CANCELLED),
                name="enrolment_once_per_patient",
                violation_error_message=_("Cette personne est déjà inscrite."),
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.WAITING, queue__isnull=False)
                | (~Q(state=EnrolmentState.WAITING) & Q(queue=None)),
                name="enrolment_waiting_has_a_rank",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.CANCELLED) | Q(cancelled_at__isnull=False),
                name="enrolment_cancelled_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cycle", "queue"],
                condition=Q(state="waiting"),
                name="enrolment_waiting_list",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.get_state_display()}"

    @property
    def has_seat(self) -> bool:
        return self.state == EnrolmentState.ENROLLED

    @property
    def is_waiting(self) -> bool:
        return self.state == EnrolmentState.WAITING

    @property
    def is_active(self) -> bool:
        return self.state != EnrolmentState.CANCELLED


class Attendance(models.Model):
    """One line of an attendance sheet."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attendances")
    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="attendances")
    mark = models.CharField(_("présence"), max_length=10, choices=Mark)
    marked_at = models.DateTimeField(_("noté le"), default=clock.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="attendance_once_per_session")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_mark_display()}"
