"""A patient closes one entry of his shared record, to one professional or to all but its author (CSP L1110-4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient
from practitioners.models import Practitioner


class EntryOppositionQuerySet(models.QuerySet["EntryOpposition"]):
    def in_force(self) -> EntryOppositionQuerySet:
        return self.filter(withdrawn_at=None)


class EntryOpposition(models.Model):
    """An entry is a kind of the timeline and a key. Withdrawn, the row stays as a memory."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="entry_oppositions")
    kind = models.CharField(_("nature"), max_length=30)
    entry = models.BigIntegerField(_("entrée"))
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("vide : tous, sauf l’auteur"),
    )
    author = models.ForeignKey(
        Practitioner,
        verbose_name=_("auteur de l’entrée"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("qui la lit toujours ; noté au moment de l’opposition"),
    )
    opposed_at = models.DateTimeField(_("opposé le"), default=clock.now, editable=False)
    opposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("opposé par"), on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("retiré par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = EntryOppositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opposition à une entrée")
        verbose_name_plural = _("oppositions à une entrée")
        ordering = ("-opposed_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "entry", "practitioner"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="entry_opposition_once_in_force",
                violation_error_message=_("C’est déjà noté."),
            )
        ]
        indexes = [
            models.Index(fields=["patient"], condition=Q(withdrawn_at=None), name="entry_opposition_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.entry} · {self.patient}"
