"""A summary of what may be free: kept by triggers' marks and `actions/count_free_days.py`, asked by `free_days.py`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import VisitReason


class FreeDay(models.Model):
    """The first and the last time of a day at which a visit of this reason may still begin, for the public.

    Never too little: holds, rooms, devices, seats and protocols are left out, and a day without a row has nothing
    unless a mark says that something came free since. See docs/decisions/0051-free-days.md.
    """

    reason = models.ForeignKey(
        VisitReason, verbose_name=_("motif"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField(_("jour"), help_text=_("à l’heure de la maison"))
    first_start = models.DateTimeField(_("premier créneau"))
    last_start = models.DateTimeField(_("dernier créneau"))

    class Meta:
        verbose_name = _("jour libre")
        verbose_name_plural = _("jours libres")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reason", "day"], include=["first_start", "last_start"], name="free_day_once"
            ),
            models.CheckConstraint(
                condition=Q(last_start__gte=F("first_start")), name="free_day_times_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["day", "first_start", "reason"], include=["last_start"], name="free_day_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason_id} · {self.day}"


class FreeDayMark(models.Model):
    """Whose free days are to be counted anew, and since when until when (empty: all of them).

    Written by triggers in the transaction of the change. No foreign key, and nobody waits for anybody: a row costs
    a booking next to nothing.
    """

    practitioner_id = models.BigIntegerField(_("professionnel"))
    since = models.DateTimeField(_("de"), null=True)
    until = models.DateTimeField(_("à"), null=True)
    frees = models.BooleanField(_("libère du temps"), help_text=_("tant qu’il est là, on cherche aussi ici"))

    class Meta:
        verbose_name = _("jours à recompter")
        verbose_name_plural = _("jours à recompter")
        default_permissions = ()
        indexes = [models.Index(fields=["practitioner_id"], name="free_day_mark_whose")]

    def __str__(self) -> str:
        return f"{self.practitioner_id} · {self.since or '…'} – {self.until or '…'}"
