"""The weekly point of coordination that leaves to a partner's contacts: which week each was told of."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.partner import PartnerContact


class PartnerDigest(models.Model):
    """Written with its message, so that a week is told once, whatever sweeps, crashes or comes back."""

    contact = models.ForeignKey(PartnerContact, on_delete=models.CASCADE, related_name="digests")
    week: models.DateField[date, date] = models.DateField(_("semaine du"))
    sent_at = models.DateTimeField(_("envoyé le"), default=clock.now)

    class Meta:
        verbose_name = _("point de coordination envoyé")
        verbose_name_plural = _("points de coordination envoyés")
        constraints = [models.UniqueConstraint(fields=["contact", "week"], name="partner_digest_once_a_week")]

    def __str__(self) -> str:
        return f"{self.contact} · {self.week}"
