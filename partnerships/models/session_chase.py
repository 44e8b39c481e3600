"""When somebody of the house asked a partner once more whether a session will be held."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.session import ConsultationSession


class SessionChase(models.Model):
    """Beside the steps that leave by themselves (`SessionNotice`); once a day at most, whoever asks."""

    session = models.ForeignKey(ConsultationSession, on_delete=models.CASCADE, related_name="chases")
    on: models.DateField[date, date] = models.DateField(_("jour"), default=clock.today)
    sent_at = models.DateTimeField(_("le"), default=clock.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("relance d’un partenaire")
        verbose_name_plural = _("relances des partenaires")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "on"],
                name="session_chased_once_a_day",
                violation_error_message=_("Ce partenaire a déjà été relancé aujourd’hui pour cette séance."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.on}"
