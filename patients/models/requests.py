from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


class ErasureState(models.TextChoices):
    ASKED = "asked", _("demandée")
    DONE = "done", _("traitée")
    WITHDRAWN = "withdrawn", _("retirée")


class ErasureRequest(models.Model):
    """A person asks to be forgotten: booking-only data goes, care data stays as long as the law says (CSP R1112-7)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="erasure_requests",
    )
    asked_at = models.DateTimeField(_("demandée le"), default=clock.now)
    done_at = models.DateTimeField(_("traitée le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=ErasureState, default=ErasureState.ASKED)
    outcome = models.JSONField(_("ce qui a été effacé, ce qui est gardé"), default=dict)

    class Meta:
        verbose_name = _("demande d’effacement")
        verbose_name_plural = _("demandes d’effacement")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state="asked"),
                name="erasure_request_one_open",
                violation_error_message=_("Votre demande est déjà enregistrée."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d} {self.get_state_display()}"
