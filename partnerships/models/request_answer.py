"""What one letter says: the answers under the questions of its version, and the files that go with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.models import Document
from core import clock
from core.uploads.models import Upload
from partnerships.models.request import ConsultationRequest
from partnerships.models.request_letter import LetterSection


class LetterAnswer(models.Model):
    """What was written under one question; a red flag is answered yes or no, or not yet."""

    request = models.ForeignKey(ConsultationRequest, on_delete=models.CASCADE, related_name="answers")
    section = models.ForeignKey(LetterSection, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("réponse"), max_length=4000, blank=True)
    is_yes = models.BooleanField(_("oui"), null=True, blank=True)

    class Meta:
        verbose_name = _("réponse d’une lettre")
        verbose_name_plural = _("réponses d’une lettre")
        constraints = [
            models.UniqueConstraint(fields=["request", "section"], name="letter_answer_once_per_section")
        ]

    def __str__(self) -> str:
        return str(self.section)


class RequestFile(models.Model):
    """A file of the letter: sent with it, or a document of the record that goes with it."""

    request = models.ForeignKey(ConsultationRequest, on_delete=models.CASCADE, related_name="files")
    section = models.ForeignKey(
        LetterSection, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    upload = models.OneToOneField(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="consultation_request_file"
    )
    document = models.ForeignKey(Document, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("nom"), max_length=150)
    added_at = models.DateTimeField(_("joint le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("pièce d’une demande")
        verbose_name_plural = _("pièces d’une demande")
        ordering = ("added_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(upload__isnull=False, document=None) | Q(upload=None, document__isnull=False),
                name="request_file_is_one_thing",
            ),
            models.UniqueConstraint(
                F("request"),
                F("document"),
                condition=Q(document__isnull=False),
                name="request_document_once",
                violation_error_message=_("Ce document est déjà joint."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
