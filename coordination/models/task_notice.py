from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.task import Task
from core import clock


class TaskEvent(models.TextChoices):
    """What somebody is told about a task that another person has touched, or the clock."""

    GIVEN = "given", _("vous est confiée")
    HANDED_OVER = "handed-over", _("a été confiée à quelqu’un d’autre")
    COMPLETED = "completed", _("est faite")
    CANCELLED = "cancelled", _("est abandonnée")
    REOPENED = "reopened", _("est de nouveau à faire")
    RESCHEDULED = "rescheduled", _("a une autre date")
    OVERDUE = "overdue", _("a dépassé sa date")
    ESCALATED = "escalated", _("reste en retard malgré le rappel")
    ORPHANED = "orphaned", _("n’a plus de responsable")


class TaskNotice(models.Model):
    """One piece of news for one person, until he has seen it. The digest counts what has not been seen."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="task_notices")
    event = models.CharField(_("nouvelle"), max_length=12, choices=TaskEvent)
    due_on = models.DateField(_("pour le"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("le"), default=clock.now)
    seen_at = models.DateTimeField(_("vue le"), null=True)

    class Meta:
        verbose_name = _("nouvelle d’une tâche")
        verbose_name_plural = _("nouvelles des tâches")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "user", "event", "due_on"],
                condition=Q(event__in=["overdue", "escalated"]),
                name="task_notice_timed_once",
                violation_error_message=_("Ce rappel a déjà été fait."),
            )
        ]
        indexes = [
            models.Index(fields=["user", "-at"], condition=Q(seen_at=None), name="task_notice_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.get_event_display()}"
