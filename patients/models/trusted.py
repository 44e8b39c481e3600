"""Which documents prove an identity: the rules change, so each has its dates, and an administrator edits them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.correction import HIGH_TRUST, Document
from patients.models.patient import Patient


class TrustedDocument(models.Model):
    """A kind of document of high trust (référentiel national d’identitovigilance), from a day to a day."""

    document = models.CharField(_("document"), max_length=10, choices=Document)
    minors_only = models.BooleanField(_("pour un mineur seulement"), default=False)
    since = models.DateField(_("depuis le"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    source = models.CharField(_("texte"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pièce d’identité de confiance")
        verbose_name_plural = _("pièces d’identité de confiance")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="trusted_document_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_document_display()} ({self.since:%Y-%m-%d})"


def proves(document: str, patient: Patient, day: date | None = None) -> bool:
    """Whether this document validates the identity of this person on that day.

    A house that has configured nothing goes by the référentiel as it stood when this was written.
    """
    day = day or clock.today()
    rows = list(TrustedDocument.objects.all())
    if not rows:
        return document in HIGH_TRUST and (document != Document.BIRTH_CERTIFICATE or patient.is_minor_on(day))
    return any(
        row.document == document
        and row.since <= day
        and (row.until is None or row.until >= day)
        and (not row.minors_only or patient.is_minor_on(day))
        for row in rows
    )
