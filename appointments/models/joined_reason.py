"""A kind of visit that one professional does not give alone: while he is on the screen, a nurse is with the patient."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import ReasonCategory, VisitReason


class JoinedReason(models.Model):
    """Booked together with a visit of the category, at the same hour: any professional who gives it will do."""

    reason = models.OneToOneField(
        VisitReason, verbose_name=_("motif"), on_delete=models.CASCADE, related_name="joined"
    )
    category = models.ForeignKey(
        ReasonCategory,
        verbose_name=_("se prend avec"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Un professionnel de ce type de consultation est auprès du patient."),
    )

    class Meta:
        verbose_name = _("motif à deux professionnels")
        verbose_name_plural = _("motifs à deux professionnels")
        ordering = ("reason",)

    def __str__(self) -> str:
        return f"{self.reason} + {self.category}"
