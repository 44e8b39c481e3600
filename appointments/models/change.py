"""What changed on the schedule lately: written by triggers, so that no way of writing can forget it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScheduleChange(models.Model):
    """Whose time changed, between when and when. Kept for minutes, unlogged: the screens ask anew after a crash.

    See docs/decisions/0017-live-schedule.md. No foreign key: a row costs a booking next to nothing.
    """

    practitioner_id = models.BigIntegerField(
        _("professionnel"), null=True, help_text=_("vide : toute la maison")
    )
    since = models.DateTimeField(_("de"))
    until = models.DateTimeField(_("à"))
    transaction = models.BigIntegerField(
        _("transaction"),
        db_index=True,
        help_text=_("l’ordre des clés n’est pas celui des validations : on lit par transaction"),
    )
    written_at = models.DateTimeField(_("noté le"))

    class Meta:
        verbose_name = _("changement du planning")
        verbose_name_plural = _("changements du planning")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.practitioner_id or '*'} · {self.since:%d/%m/%Y %H:%M}"
