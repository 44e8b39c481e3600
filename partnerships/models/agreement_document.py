"""The paper that both have signed, as a file. A newer one takes its place; the earlier ones stay to be read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.uploads.models import Upload
from partnerships.models.agreement import Agreement


class AgreementDocument(models.Model):
    """Of one version of the contract: each keeps its own."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="documents")
    upload = models.OneToOneField(
        Upload, verbose_name=_("fichier"), on_delete=models.PROTECT, related_name="agreement_document"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("déposé par"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("déposé le"), default=clock.now)

    class Meta:
        verbose_name = _("document signé d’une convention")
        verbose_name_plural = _("documents signés des conventions")
        ordering = ("-added_at", "-pk")

    def __str__(self) -> str:
        return f"{self.agreement} · {self.added_at:%Y-%m-%d}"
