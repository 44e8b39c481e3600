"""The story of a request for an opinion, and the clocks that keep it from being forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.story import StoryEvent, StoryTimer, StoryTimerQuerySet
from teleconsult.models.expertise import ExpertiseRequest, ExpertiseState


class ExpertiseEvent(StoryEvent):
    """One transition: from where to where, who, when, why. Written once, never changed."""

    request = models.ForeignKey(
        ExpertiseRequest, verbose_name=_("demande d’avis"), on_delete=models.CASCADE, related_name="events"
    )
    from_state = models.CharField(_("avant"), max_length=10, choices=ExpertiseState, blank=True)
    to_state = models.CharField(_("après"), max_length=10, choices=ExpertiseState)

    class Meta:
        verbose_name = _("étape d’une demande d’avis")
        verbose_name_plural = _("étapes des demandes d’avis")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["request", "at"], name="expertise_event_in_order")]


class ExpertiseTimerStep(models.IntegerChoices):
    REMINDER = 1, _("celui qui doit agir est relancé")
    DEADLINE = 2, _("la demande passe à l’étape suivante")


class ExpertiseTimer(StoryTimer):
    """One deadline of one state: due once, fired once, or stopped because things went on."""

    request = models.ForeignKey(
        ExpertiseRequest, verbose_name=_("demande d’avis"), on_delete=models.CASCADE, related_name="timers"
    )
    event = models.ForeignKey(
        ExpertiseEvent,
        verbose_name=_("entrée dans l’état"),
        on_delete=models.CASCADE,
        related_name="timers",
    )
    step = models.PositiveSmallIntegerField(_("étape"), choices=ExpertiseTimerStep)

    objects = StoryTimerQuerySet["ExpertiseTimer"].as_manager()

    class Meta:
        verbose_name = _("échéance d’une demande d’avis")
        verbose_name_plural = _("échéances des demandes d’avis")
        ordering = ("due_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "step"], name="expertise_timer_once_per_step"),
            models.CheckConstraint(
                condition=Q(fired_at=None) | Q(stopped_at=None), name="expertise_timer_fired_or_stopped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(fired_at=None, stopped_at=None), name="expertise_timer_due"
            ),
            models.Index(
                fields=["request"],
                condition=Q(fired_at=None, stopped_at=None),
                name="expertise_timer_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.due_at:%Y-%m-%d %H:%M}"
