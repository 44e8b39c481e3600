"""A file that somebody sent: kept aside until it is known to be what it may be."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from core.uploads.refusals import Why


class UploadState(models.TextChoices):
    RECEIVED = "received", _("reçu")
    CHECKING = "checking", _("en contrôle")
    READY = "ready", _("prêt")
    REFUSED = "refused", _("refusé")


class UploadQuerySet(models.QuerySet["Upload"]):
    def waiting(self, now: datetime) -> UploadQuerySet:
        """To be checked: new, or left behind by a worker that died."""
        return self.filter(
            Q(state=UploadState.RECEIVED) | Q(state=UploadState.CHECKING, lease_until__lte=now)
        )


class Upload(models.Model):
    """The rooms point to it; without a row that does, it is swept after a day. Its files: `core.uploads.storage`."""

    key = models.UUIDField(_("nom du fichier sur le disque"), default=uuid4, unique=True, editable=False)
    state = models.CharField(
        _("état"), max_length=10, choices=UploadState, default=UploadState.RECEIVED, editable=False
    )
    why = models.CharField(_("raison du refus"), max_length=20, choices=Why, blank=True, editable=False)
    sent_name = models.CharField(_("nom donné"), max_length=130, blank=True, editable=False)
    sent_type = models.CharField(_("nature reçue"), max_length=20, editable=False)
    sent_size = models.PositiveIntegerField(_("poids reçu"), editable=False)
    content_type = models.CharField(_("nature"), max_length=20, blank=True, editable=False)
    size = models.PositiveIntegerField(_("poids"), default=0, editable=False)
    digest = models.CharField(_("empreinte SHA-256"), max_length=64, blank=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), default=0, editable=False)
    previews = models.PositiveSmallIntegerField(_("pages à voir à l’écran"), default=0, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("envoyé par"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("reçu le"), default=clock.now, editable=False)
    checked_at = models.DateTimeField(_("contrôlé le"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0, editable=False)
    lease_until = models.DateTimeField(_("en contrôle jusqu’au"), null=True, editable=False)
    missing_since = models.DateTimeField(_("manque sur le disque depuis"), null=True, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier reçu")
        verbose_name_plural = _("fichiers reçus")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(why="") | ~Q(state="refused") & Q(why=""),
                name="upload_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(digest="") & Q(size__gt=0), name="upload_ready_has_a_file"
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state__in=["received", "checking"]), name="upload_to_check"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def is_ready(self) -> bool:
        return self.state == UploadState.READY

    @property
    def is_refused(self) -> bool:
        return self.state == UploadState.REFUSED

    @property
    def is_pending(self) -> bool:
        return self.state in (UploadState.RECEIVED, UploadState.CHECKING)

    @property
    def sentence(self) -> str | Promise:
        """Why it was refused, for the sender."""
        return Why(self.why).label if self.why else ""
