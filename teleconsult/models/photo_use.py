"""What a photograph of the record serves: a request for an opinion, or a visit by video in which it was taken."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from teleconsult.models.expertise import ExpertiseRequest
from teleconsult.models.photo import ClinicalPhoto
from teleconsult.models.video_visit import VideoVisit


class PhotoUse(models.Model):
    """A link and no column of the photograph: the same one may serve two requests, and outlives both."""

    photo = models.ForeignKey(
        ClinicalPhoto, verbose_name=_("photo"), on_delete=models.CASCADE, related_name="uses"
    )
    expertise = models.ForeignKey(
        ExpertiseRequest,
        verbose_name=_("demande d’avis"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="photo_uses",
    )
    visit = models.ForeignKey(
        VideoVisit,
        verbose_name=_("téléconsultation"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="photo_uses",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("jointe par"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("jointe le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("usage d’une photo")
        verbose_name_plural = _("usages des photos")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expertise__isnull=False, visit=None) | Q(expertise=None, visit__isnull=False),
                name="photo_use_of_one_thing",
                violation_error_message=_("Une photo est jointe à une demande ou à une téléconsultation."),
            ),
            models.UniqueConstraint(
                fields=["expertise", "photo"],
                name="photo_use_once_a_request",
                violation_error_message=_("Cette photo est déjà jointe."),
            ),
            models.UniqueConstraint(
                fields=["visit", "photo"],
                name="photo_use_once_a_visit",
                violation_error_message=_("Cette photo est déjà jointe."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} → {self.expertise_id or self.visit_id}"
