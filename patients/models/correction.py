"""What was checked or corrected of an identity, and what was seen for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient


class Document(models.TextChoices):
    """What the desk looked at. Never copied, never kept."""

    PASSPORT = "passport", _("passeport")
    IDENTITY_CARD = "card", _("carte nationale d’identité")
    RESIDENCE_PERMIT = "permit", _("titre de séjour")
    BIRTH_CERTIFICATE = "birth", _("livret de famille ou acte de naissance, avec la pièce d’un parent")
    HEALTH_CARD = "vitale", _("carte Vitale ou attestation")
    OTHER = "other", _("autre document, ou la personne l’a dit")


# The documents of high trust of the référentiel national d’identitovigilance: only these validate an identity.
HIGH_TRUST = frozenset(
    {Document.PASSPORT, Document.IDENTITY_CARD, Document.RESIDENCE_PERMIT, Document.BIRTH_CERTIFICATE}
)


class IdentityCorrection(models.Model):
    """Before and after, beside the trail, which names the fields only: these can be forgotten with the person."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="corrections")
    document = models.CharField(_("document vu"), max_length=10, choices=Document)
    why = models.CharField(_("raison"), max_length=200, blank=True)
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    at = models.DateTimeField(_("le"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("vérification d’identité")
        verbose_name_plural = _("vérifications d’identité")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_document_display()}"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Label, before, after: in the words of the screens."""
        field = Patient._meta.get_field
        return [(str(field(name).verbose_name), self.before[name], self.after[name]) for name in self.after]  # type: ignore[union-attr]
