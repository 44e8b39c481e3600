"""An invitation to book: opens to one patient what is otherwise reserved, for so many sessions, until a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.reason import VisitReason
from appointments.models.series import MOST_SESSIONS, AppointmentSeries
from core import clock
from patients.models import Patient


class SeriesInvitationQuerySet(models.QuerySet["SeriesInvitation"]):
    def waiting(self) -> SeriesInvitationQuerySet:
        """Neither used nor revoked nor past its day."""
        return self.filter(series=None, revoked_at=None, expires_at__gt=clock.now())


class SeriesInvitation(models.Model):
    """The link is signed; what it may do is this row. Nobody but the patient, or who acts for him, can use it."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="series_invitations"
    )
    reason = models.ForeignKey(
        VisitReason, verbose_name=_("motif"), on_delete=models.PROTECT, related_name="+"
    )
    sessions = models.PositiveSmallIntegerField(_("séances"))
    per_week = models.PositiveSmallIntegerField(_("par semaine"), default=2)
    prescriber = models.CharField(_("prescripteur"), max_length=120, blank=True)
    prescribed_on = models.DateField(_("date de l’ordonnance"), null=True, blank=True)
    created_at = models.DateTimeField(_("créée le"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    revoked_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    series = models.OneToOneField(
        AppointmentSeries,
        verbose_name=_("série réservée"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitation",
    )

    objects = SeriesInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation à réserver")
        verbose_name_plural = _("invitations à réserver")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(sessions__range=(1, MOST_SESSIONS)),
                name="series_invitation_sessions_in_range",
                violation_error_message=_("Une invitation compte de 1 à 60 séances."),
            ),
            models.CheckConstraint(
                condition=Q(per_week__range=(1, 5)),
                name="series_invitation_rhythm_in_range",
                violation_error_message=_("De une à cinq séances par semaine."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="series_invitation_expires_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sessions} × {self.reason}"

    @property
    def is_open(self) -> bool:
        """Also once used, for the sessions that are left."""
        return self.revoked_at is None and self.expires_at > clock.now()

    @property
    def is_waiting(self) -> bool:
        return self.series_id is None and self.is_open
