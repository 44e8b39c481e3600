"""The story of a request, and the clocks that keep it from being forgotten."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models import Urgency
from coordination.models.story import DelayUnit, StoryEvent, StoryTimer, StoryTimerQuerySet
from partnerships.models.programme import AdvancedConsultation
from partnerships.models.request import ConsultationRequest, RequestState


class RequestEvent(StoryEvent):
    """One transition: from where to where, who, when, why. Written once, never changed."""

    request = models.ForeignKey(
        ConsultationRequest, verbose_name=_("demande"), on_delete=models.CASCADE, related_name="events"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("vide : la maison elle-même, ou quelqu’un sans compte"),
    )
    from_state = models.CharField(_("avant"), max_length=10, choices=RequestState, blank=True)
    to_state = models.CharField(_("après"), max_length=10, choices=RequestState)

    class Meta:
        verbose_name = _("étape d’une demande")
        verbose_name_plural = _("étapes d’une demande")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["request", "at"], name="request_event_in_order")]


class RequestTimerStep(models.IntegerChoices):
    """Who hears of it, one after the other."""

    OWNER = 1, _("celui qui doit agir est relancé")
    TRIAGE = 2, _("qui trie les demandes est prévenu")
    COORDINATION = 3, _("la coordination est prévenue")


class RequestTimer(StoryTimer):
    """One step of the escalation of one state: due once, fired once, or stopped because things went on."""

    request = models.ForeignKey(
        ConsultationRequest, verbose_name=_("demande"), on_delete=models.CASCADE, related_name="timers"
    )
    event = models.ForeignKey(
        RequestEvent, verbose_name=_("entrée dans l’état"), on_delete=models.CASCADE, related_name="timers"
    )
    step = models.PositiveSmallIntegerField(_("étape"), choices=RequestTimerStep)

    objects = StoryTimerQuerySet["RequestTimer"].as_manager()

    class Meta:
        verbose_name = _("échéance d’une demande")
        verbose_name_plural = _("échéances d’une demande")
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["event", "step"], name="request_timer_once_per_step"),
            models.CheckConstraint(
                condition=Q(fired_at=None) | Q(stopped_at=None), name="request_timer_fired_or_stopped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(fired_at=None, stopped_at=None), name="request_timer_due"
            ),
            models.Index(
                fields=["request"], condition=Q(fired_at=None, stopped_at=None), name="request_timer_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.due_at:%Y-%m-%d %H:%M}"


class RequestDelay(models.Model):
    """Dated configuration: how long a state may last before somebody is reminded. A programme's own row comes first."""

    programme = models.ForeignKey(
        AdvancedConsultation,
        verbose_name=_("consultation avancée"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="delays",
        help_text=_("vide : toutes celles qui n’ont pas la leur"),
    )
    state = models.CharField(_("dans l’état"), max_length=10, choices=RequestState)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency)
    amount = models.PositiveSmallIntegerField(_("délai"))
    unit = models.CharField(_("unité"), max_length=5, choices=DelayUnit, default=DelayUnit.WORKING_DAYS)
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("délai d’une demande")
        verbose_name_plural = _("délais des demandes")
        ordering = ("state", "urgency", "-since")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "state", "urgency", "since"],
                nulls_distinct=False,
                name="request_delay_once_a_day",
                violation_error_message=_("Un délai existe déjà pour ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(1, 240)),
                name="request_delay_in_range",
                violation_error_message=_("Le délai va de 1 à 240."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.amount} {self.get_unit_display()}"
