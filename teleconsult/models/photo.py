"""A photograph for the care of a patient: what it shows, from when, by whom. Its file: `core.uploads`."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import french
from core.uploads.models import Upload, UploadState
from patients.models import Patient
from teleconsult.models.lesion import Lesion, Placed


class PhotoView(models.TextChoices):
    OVERVIEW = "overview", _("vue d’ensemble")
    CLOSE_UP = "close-up", _("vue de près")
    SCALE = "scale", _("avec une règle")
    DERMOSCOPY = "dermoscopy", _("dermoscopie")
    OTHER = "other", _("autre vue")


class PhotoSittingQuerySet(models.QuerySet["PhotoSitting"]):
    def shown(self) -> PhotoSittingQuerySet:
        """With something to look at: a sitting whose photographs were all withdrawn or refused is none."""
        return self.filter(Exists(ClinicalPhoto.objects.shown().filter(sitting=OuterRef("pk"))))


class PhotoSitting(models.Model):
    """What one person photographed of one patient within two hours: the line of the record, and what he may close."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, related_name="photo_sittings"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("prises par"), on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(_("prises le"), default=clock.now)
    agreed_at = models.DateTimeField(_("accord du patient noté le"), default=clock.now, editable=False)

    objects = PhotoSittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance de photos")
        verbose_name_plural = _("séances de photos")
        indexes = [models.Index(fields=["patient", "-taken_at"], name="photo_sitting_by_patient")]

    def __str__(self) -> str:
        return f"{self.patient_id}, {self.taken_at:%Y-%m-%d}"


class ClinicalPhotoQuerySet(models.QuerySet["ClinicalPhoto"]):
    def with_file(self) -> ClinicalPhotoQuerySet:
        return self.select_related("upload", "taken_by", "lesion", "sitting__taken_by")

    def kept(self) -> ClinicalPhotoQuerySet:
        return self.filter(withdrawn_at=None)

    def shown(self) -> ClinicalPhotoQuerySet:
        """Checked, and not withdrawn: what there is to look at."""
        return self.kept().filter(upload__state=UploadState.READY)

    def in_order(self) -> ClinicalPhotoQuerySet:
        """The latest day first; within a sitting as they were taken."""
        return self.order_by("-sitting__taken_at", "-sitting", "taken_at", "pk")


class ClinicalPhoto(Placed):
    """Never overwritten and never made public; a mistake is withdrawn with its reason (FHIR Media)."""

    key = models.UUIDField(_("nom dans l’adresse"), default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, related_name="clinical_photos"
    )
    sitting = models.ForeignKey(
        PhotoSitting, verbose_name=_("séance"), on_delete=models.CASCADE, related_name="photos"
    )
    upload = models.OneToOneField(
        Upload, verbose_name=_("fichier"), on_delete=models.PROTECT, related_name="clinical_photo"
    )
    lesion = models.ForeignKey(
        Lesion,
        verbose_name=_("lésion suivie"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
    )
    view = models.CharField(_("vue"), max_length=10, choices=PhotoView, default=PhotoView.OTHER)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("prise par"), on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(_("prise le"), default=clock.now)
    added_at = models.DateTimeField(_("ajoutée le"), default=clock.now, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    withdrawn_why = models.CharField(_("raison du retrait"), max_length=300, blank=True)

    objects = ClinicalPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo clinique")
        verbose_name_plural = _("photos cliniques")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why=""),
                name="photo_withdrawn_says_why",
                violation_error_message=_("Une photo retirée porte la raison de son retrait."),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-taken_at"], name="photo_by_patient")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What stands for the picture where it is not seen: view, place, day."""
        view = str(self.get_view_display())
        day = french.full_day_with_year(self.taken_at)
        place, view = self.place, view[:1].upper() + view[1:]
        return _now("%(view)s, %(place)s, %(day)s") % {"view": view, "place": place, "day": day}

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_shown(self) -> bool:
        return self.upload.is_ready and not self.is_withdrawn
