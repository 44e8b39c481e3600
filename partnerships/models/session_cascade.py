"""A session fell away: which plan looks after who was expected in it, and in which order they choose."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Cascade, Disruption
from partnerships.models.request import ConsultationRequest
from partnerships.models.session import ConsultationSession

# Who comes without a request that somebody has triaged chooses after all the others.
LOWEST = 5


class CancelledSession(models.Model):
    """One plan for one session, or for several that fell away together."""

    session = models.OneToOneField(
        ConsultationSession,
        verbose_name=_("séance"),
        on_delete=models.CASCADE,
        related_name="cancellation",
    )
    cascade = models.ForeignKey(
        Cascade, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="cancelled_sessions"
    )

    class Meta:
        verbose_name = _("séance annulée à replacer")
        verbose_name_plural = _("séances annulées à replacer")

    def __str__(self) -> str:
        return str(self.session)


class ExpectedPatient(models.Model):
    """Somebody who was expected, with what his turn was read from on that day. Written once, never lost.

    What becomes of him is read from the visit, its trouble and its offers; only what none of them says is kept here.
    """

    cascade = models.ForeignKey(
        Cascade, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="expected"
    )
    session = models.ForeignKey(
        ConsultationSession, verbose_name=_("séance"), on_delete=models.CASCADE, related_name="expected"
    )
    # This trouble of his visit: another one of the same visit later is another row.
    disruption = models.OneToOneField(
        Disruption, verbose_name=_("rendez-vous"), on_delete=models.CASCADE, related_name="expected"
    )
    request = models.ForeignKey(
        ConsultationRequest,
        verbose_name=_("demande"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expected",
    )
    priority = models.PositiveSmallIntegerField(
        _("priorité"), default=LOWEST, validators=[MinValueValidator(1), MaxValueValidator(LOWEST)]
    )
    waiting_since = models.DateTimeField(_("attend depuis le"))
    listed_at = models.DateTimeField(_("sur la liste d’attente depuis le"), null=True, blank=True)
    refused_at = models.DateTimeField(_("ne vient plus, dit le"), null=True, blank=True)

    class Meta:
        verbose_name = _("patient attendu")
        verbose_name_plural = _("patients attendus")
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__range=(1, LOWEST)), name="expected_patient_priority_in_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.priority}"

    @property
    def turn(self) -> tuple[object, ...]:
        """Clinical priority, then who has waited longest."""
        return self.priority, self.waiting_since, self.pk

    @property
    def is_triaged(self) -> bool:
        return self.priority < LOWEST
