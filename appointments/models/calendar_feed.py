"""A practitioner's agenda as other calendars read it: by a secret address that he may take back."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Practitioner

MOST_FEEDS = 10


class FeedDetail(models.TextChoices):
    """Reason and initials never leave together: that pair would tell who is treated for what."""

    BUSY = "busy", _("« Occupé », sans plus")
    REASON = "reason", _("le motif, sans le patient")
    INITIALS = "initials", _("les initiales du patient, sans le motif")


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def live(self) -> CalendarFeedQuerySet:
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """One address for one device or program. Only a digest of its token is kept: nobody can read it again here."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
    )
    label = models.CharField(_("nom"), max_length=60)
    digest = models.CharField(_("empreinte du jeton"), max_length=64, unique=True, editable=False)
    detail = models.CharField(
        _("ce que l’agenda montre"), max_length=8, choices=FeedDetail, default=FeedDetail.BUSY
    )
    with_absences = models.BooleanField(_("avec mes absences"), default=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    renewed_at = models.DateTimeField(_("adresse renouvelée le"), null=True, editable=False)
    version = models.CharField(_("version servie"), max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("contenu changé le"), null=True, editable=False)
    fetched_at = models.DateTimeField(_("lu le"), null=True, editable=False)
    fetched_by = models.CharField(_("lu par"), max_length=120, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("fermé le"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("adresse d’agenda")
        verbose_name_plural = _("adresses d’agenda")
        ordering = ("created_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(version="") | Q(changed_at__isnull=False),
                name="calendar_feed_version_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return self.label


def new_token() -> str:
    """256 bits: what opens an agenda by itself must not be guessed."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Of a random token a plain digest is enough; a slow one would only protect what can be guessed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
