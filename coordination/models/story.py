"""What every thing with states shares: its story, written once, and the clocks that keep it from being forgotten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class StoryEvent(models.Model):
    """One transition: who, when, why; from where to where says the table of the thing. Written once, never changed."""

    at = models.DateTimeField(_("le"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("vide : la maison elle-même"),
    )
    verb = models.CharField(_("ce qui s’est passé"), max_length=20)
    note = models.TextField(_("en mots"), max_length=2000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.verb} · {self.at:%Y-%m-%d %H:%M}"


class StoryTimerQuerySet[T: models.Model](models.QuerySet[T]):
    def running(self) -> StoryTimerQuerySet[T]:
        return self.filter(fired_at=None, stopped_at=None)

    def due(self) -> StoryTimerQuerySet[T]:
        """In the order in which they fall due."""
        return self.running().filter(due_at__lte=clock.now()).order_by("due_at", "step", "pk")


class StoryTimer(models.Model):
    """One step of the escalation of one state: due once, fired once, or stopped because things went on."""

    due_at = models.DateTimeField(_("échéance"))
    fired_at = models.DateTimeField(_("déclenchée le"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("arrêtée le"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_due(self) -> bool:
        return self.fired_at is None and self.stopped_at is None and self.due_at <= clock.now()


class DelayUnit(models.TextChoices):
    HOURS = "hours", _("heures")
    WORKING_DAYS = "days", _("jours ouvrés")
