"""Something that one person has promised to do, usually for one patient, by a day."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient


class TaskState(models.TextChoices):
    """FHIR Task.status, as far as the house needs it."""

    REQUESTED = "requested", _("à faire")
    COMPLETED = "completed", _("fait")
    CANCELLED = "cancelled", _("abandonné")


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(state=TaskState.REQUESTED)

    def due(self, day: date | None = None) -> TaskQuerySet:
        """For today, or late."""
        return self.open().filter(due_on__lte=day or clock.today())

    def with_people(self) -> TaskQuerySet:
        return self.select_related("patient", "owner", "created_by", "settled_by")

    def overdue(self, day: date | None = None) -> TaskQuerySet:
        return self.open().filter(due_on__lt=day or clock.today())


class Task(models.Model):
    """Always somebody's: a task without owner is nobody's task."""

    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="tasks",
    )
    title = models.CharField(_("à faire"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("à traiter par"),
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    due_on = models.DateField(_("pour le"))
    state = models.CharField(_("état"), max_length=10, choices=TaskState, default=TaskState.REQUESTED)
    # Where the task was born (a message, a decision, a referral …): the label of the model and the key of its row.
    source_type = models.CharField(max_length=60, blank=True, editable=False)
    source_id = models.BigIntegerField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("créée le"), default=clock.now, editable=False)
    # For those who may open the record; what is given to the desk is administrative and says nothing of care.
    is_clinical = models.BooleanField(_("réservée aux soignants"), default=True, db_default=True)
    settled_at = models.DateTimeField(_("réglée le"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    settle_note = models.CharField(_("pourquoi"), max_length=300, blank=True, db_default="")
    # Since when its owner can do nothing about it any more (left, or the record is closed to him).
    orphaned_at = models.DateTimeField(_("sans responsable depuis"), null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("tâche")
        verbose_name_plural = _("tâches")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.REQUESTED, settled_at=None)
                | (~Q(state=TaskState.REQUESTED) & Q(settled_at__isnull=False)),
                name="task_settled_or_open",
                violation_error_message=_("Une tâche réglée porte la date de son règlement."),
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"], condition=Q(state=TaskState.REQUESTED), name="task_open_by_owner"
            ),
            models.Index(fields=["patient", "-created_at"], name="task_by_patient"),
            models.Index(
                fields=["created_by", "due_on"],
                condition=Q(state=TaskState.REQUESTED),
                name="task_open_by_creator",
            ),
            models.Index(fields=["source_type", "source_id"], name="task_by_source"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.REQUESTED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < clock.today()

    @property
    def is_due_today(self) -> bool:
        return self.is_open and self.due_on == clock.today()
