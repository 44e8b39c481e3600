"""What became of a session: written once it is over, and kept as it was written."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.session import ConsultationSession


class SessionMinutesQuerySet(models.QuerySet["SessionMinutes"]):
    def closed(self) -> SessionMinutesQuerySet:
        return self.exclude(closed_at=None)

    def standing(self) -> SessionMinutesQuerySet:
        """The last closed version of each session: what counts as proof."""
        later = SessionMinutes.objects.closed().filter(
            session=OuterRef("session"), version__gt=OuterRef("version")
        )
        return self.closed().filter(~Exists(later))


class SessionMinutes(models.Model):
    """A draft, then a version that the database lets nobody change; a correction is the next version.

    No patient is named: who came is counted when the version is closed, and stays on the visits themselves.
    """

    session = models.ForeignKey(ConsultationSession, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    worked_from: models.DateTimeField[datetime, datetime] = models.DateTimeField(_("arrivé à"))
    worked_until: models.DateTimeField[datetime, datetime] = models.DateTimeField(_("parti à"))
    points = models.TextField(_("points à retenir"), max_length=4000, blank=True)
    incidents = models.TextField(_("incidents"), max_length=2000, blank=True)
    why = models.CharField(_("pourquoi cette correction"), max_length=300, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("écrit par"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("écrit le"), default=clock.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("validé par"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("validé le"), null=True)
    # Counted from the visits at the moment of closing.
    seen = models.PositiveSmallIntegerField(_("vus"), null=True)
    absent = models.PositiveSmallIntegerField(_("absents"), null=True)
    excused = models.PositiveSmallIntegerField(_("excusés"), null=True)
    unmarked = models.PositiveSmallIntegerField(_("sans présence notée"), null=True)

    objects = SessionMinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("compte rendu de séance")
        verbose_name_plural = _("comptes rendus de séance")
        ordering = ("session", "version")
        constraints = [
            models.UniqueConstraint(fields=["session", "version"], name="session_minutes_version_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(closed_at=None), name="session_minutes_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(worked_until__gt=F("worked_from"))
                & Q(worked_until__lte=F("worked_from") + timedelta(hours=14)),
                name="session_minutes_hours_in_order",
                violation_error_message=_("L’heure de départ doit suivre l’heure d’arrivée."),
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at=None, closed_by=None, seen=None, absent=None, excused=None, unmarked=None
                )
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    seen__isnull=False,
                    absent__isnull=False,
                    excused__isnull=False,
                    unmarked__isnull=False,
                ),
                name="session_minutes_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(why=""),
                name="session_minutes_correction_says_why",
                violation_error_message=_("Dites en quelques mots pourquoi vous corrigez."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · v{self.version}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def worked_minutes(self) -> int:
        return int((self.worked_until - self.worked_from).total_seconds() // 60)
