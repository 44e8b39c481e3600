"""Somebody more in a visit by video: an interpreter, a relative. With the patient's word, until it is taken back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from teleconsult.models.participant import Participant


class ThirdKind(models.TextChoices):
    RELATIVE = "relative", _("un proche")
    INTERPRETER = "interpreter", _("un interprète")
    CARER = "carer", _("un autre soignant")


class ThirdInvitation(models.Model):
    """How the link went out, and who said yes. The person himself is the `Participant`."""

    participant = models.OneToOneField(
        Participant, verbose_name=_("participant"), on_delete=models.CASCADE, related_name="invitation"
    )
    kind = models.CharField(_("qui"), max_length=12, choices=ThirdKind)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("mobile"), max_length=20, blank=True)
    agreed_at = models.DateTimeField(_("accord du patient noté le"), default=clock.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invité par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    revoked_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation d’une autre personne")
        verbose_name_plural = _("invitations d’autres personnes")
        ordering = ("agreed_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email="") | Q(phone=""),
                name="third_invitation_one_way",
                violation_error_message=_("Le lien part par e-mail ou par SMS, pas les deux."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant.name} · {self.get_kind_display()}"
