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


class StoryTimer(models.Model):
    """One step of the escalation of one state: due once, fired once, or stopped because things went on."""

    due_at = models.DateTimeField(_("échéance"))
    fired_at = models.DateTimeField(_("déclenchée le"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("arrêtée le"), null=True, blank=True)

    class Meta:
        abstract = True
