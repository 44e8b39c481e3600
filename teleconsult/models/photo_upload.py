"""A photograph on its way: as much of it as has arrived, so that a lost connection goes on where it stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient
from teleconsult.models.photo import ClinicalPhoto, PhotoView

# A browser brings it down to one or two; ten are what a good telephone makes without any help.
HEAVIEST = 10 * 1024 * 1024
CHUNK = 1024 * 1024
# Long enough to drive back from a house without network.
LASTS = timedelta(hours=24)


class PhotoPurpose(models.TextChoices):
    RECORD = "record", _("dossier")
    EXPERTISE = "expertise", _("télé-expertise")
    VISIT = "visit", _("téléconsultation")


def in_a_day() -> datetime:
    return clock.now() + LASTS


class PhotoUploadQuerySet(models.QuerySet["PhotoUpload"]):
    def under_way(self) -> PhotoUploadQuerySet:
        return self.filter(is_done=False, expires_at__gt=clock.now())

    def over(self) -> PhotoUploadQuerySet:
        return self.filter(expires_at__lte=clock.now())


class PhotoUpload(models.Model):
    """Bound to who sends, of whom, and what for: nobody else goes on with it. Its bytes: `core.uploads.parts`."""

    key = models.UUIDField(_("clé"), default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("envoyée par"), on_delete=models.CASCADE, related_name="+"
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, related_name="photo_uploads"
    )
    purpose = models.CharField(_("pour"), max_length=10, choices=PhotoPurpose, default=PhotoPurpose.RECORD)
    bound_to = models.CharField(_("demande ou visite"), max_length=40, blank=True)
    view = models.CharField(_("vue"), max_length=10, choices=PhotoView, default=PhotoView.OTHER)
    name = models.CharField(_("nom donné"), max_length=130, blank=True)
    digest = models.CharField(_("empreinte annoncée"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("poids annoncé"))
    received = models.PositiveIntegerField(_("octets arrivés"), default=0)
    is_done = models.BooleanField(_("arrivée entière"), default=False)
    photo = models.ForeignKey(
        ClinicalPhoto, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    started_at = models.DateTimeField(_("commencée le"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("gardée jusqu’à"), default=in_a_day, editable=False)

    objects = PhotoUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo en cours d’envoi")
        verbose_name_plural = _("photos en cours d’envoi")
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=F("size")),
                name="photo_upload_within_its_size",
                violation_error_message=_("Plus d’octets sont arrivés qu’annoncé."),
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=HEAVIEST),
                name="photo_upload_not_too_heavy",
                violation_error_message=_("Une photo pèse 10\u00a0Mo au plus."),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="photo_upload_over")]

    def __str__(self) -> str:
        return f"{self.key} ({self.received}/{self.size})"

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def percent(self) -> int:
        return 100 * self.received // self.size
