"""The address by which a doctor of outside reads the letter that answers his."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.return_letter import ReturnLetter

# Whoever types the wrong day so often does not know the person: the link is shut, and sent anew by hand.
MOST_TRIES = 5


class LetterDelivery(models.Model):
    """The link is signed; what it may do is this row. One at a time for a letter: another one shuts the former."""

    letter = models.ForeignKey(
        ReturnLetter, verbose_name=_("compte rendu"), on_delete=models.CASCADE, related_name="deliveries"
    )
    name = models.CharField(_("à"), max_length=120)
    email = models.EmailField(_("e-mail"))
    sent_at = models.DateTimeField(_("envoyé le"), default=clock.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("envoyé par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("vide : la maison elle-même, dès que le compte rendu est arrivé"),
    )
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    wrong_tries = models.PositiveSmallIntegerField(_("mauvaises réponses"), default=0)
    opened_at = models.DateTimeField(_("ouvert le"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("retiré par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("envoi d’un compte rendu par lien")
        verbose_name_plural = _("envois de comptes rendus par lien")
        ordering = ("-sent_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["letter"], condition=Q(revoked_at=None), name="letter_delivery_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="letter_delivery_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {clock.local(self.sent_at):%Y-%m-%d}"

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now and self.wrong_tries < MOST_TRIES

    @property
    def is_shut(self) -> bool:
        return not self.is_open(clock.now())
