"""The story of a referral, and the clocks that keep it from being forgotten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.referral import Referral, ReferralState, Urgency
from coordination.models.story import DelayUnit, StoryEvent, StoryTimer, StoryTimerQuerySet


class ReferralEvent(StoryEvent):
    """One transition: from where to where, who, when, why. Written once, never changed."""

    referral = models.ForeignKey(
        Referral, verbose_name=_("adressage"), on_delete=models.CASCADE, related_name="events"
    )
    from_state = models.CharField(_("avant"), max_length=10, choices=ReferralState, blank=True)
    to_state = models.CharField(_("après"), max_length=10, choices=ReferralState)

    class Meta:
        verbose_name = _("étape d’un adressage")
        verbose_name_plural = _("étapes d’un adressage")
        ordering = ("at", "id")
        indexes = [models.Index(fields=["referral", "at"], name="referral_event_in_order")]


class TimerStep(models.IntegerChoices):
    """Who hears of it, one after the other."""

    OWNER = 1, _("celui qui doit agir est relancé")
    OTHER = 2, _("l’autre est prévenu")
    COORDINATION = 3, _("la coordination est prévenue")


class ReferralTimer(StoryTimer):
    """One step of the escalation of one state: due once, fired once, or stopped because things went on."""

    referral = models.ForeignKey(
        Referral, verbose_name=_("adressage"), on_delete=models.CASCADE, related_name="timers"
    )
    event = models.ForeignKey(
        ReferralEvent,
        verbose_name=_("entrée dans l’état"),
        on_delete=models.CASCADE,
        related_name="timers",
    )
    step = models.PositiveSmallIntegerField(_("étape"), choices=TimerStep)

    objects = StoryTimerQuerySet["ReferralTimer"].as_manager()

    class Meta:
        verbose_name = _("échéance d’un adressage")
        verbose_name_plural = _("échéances d’un adressage")
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["event", "step"], name="referral_timer_once_per_step"),
            models.CheckConstraint(
                condition=Q(fired_at=None) | Q(stopped_at=None), name="referral_timer_fired_or_stopped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(fired_at=None, stopped_at=None), name="referral_timer_due"
            ),
            models.Index(
                fields=["referral"],
                condition=Q(fired_at=None, stopped_at=None),
                name="referral_timer_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.due_at:%Y-%m-%d %H:%M}"


class DelayPurpose(models.TextChoices):
    DRAFT = "draft", _("envoyer un brouillon")
    ANSWER = "answer", _("répondre à un adressage")
    DETAIL = "detail", _("donner une précision demandée")
    BOOK = "book", _("prendre les rendez-vous")
    REPORT = "report", _("écrire le bilan après la dernière séance")
    READ = "read", _("lire le bilan")
    REFUSAL = "refusal", _("décider après un refus")


class ReferralDelay(models.Model):
    """Dated configuration: how long each step may take before somebody is reminded."""

    purpose = models.CharField(_("pour"), max_length=10, choices=DelayPurpose)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency)
    amount = models.PositiveSmallIntegerField(_("délai"))
    unit = models.CharField(_("unité"), max_length=5, choices=DelayUnit, default=DelayUnit.WORKING_DAYS)
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("délai d’adressage")
        verbose_name_plural = _("délais d’adressage")
        ordering = ("purpose", "urgency", "-since")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "urgency", "since"],
                name="referral_delay_once_a_day",
                violation_error_message=_("Un délai existe déjà pour ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(1, 240)),
                name="referral_delay_in_range",
                violation_error_message=_("Le délai va de 1 à 240."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.amount} {self.get_unit_display()}"
