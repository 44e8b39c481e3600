"""An invitation to choose a seat: opens the coming sessions of one programme to one patient, until a day."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from core import clock
from partnerships.models.programme import ReasonKind
from partnerships.models.request import ConsultationRequest, RequestState


class InvitationEnd(models.TextChoices):
    USED = "used", _("rendez-vous pris")
    EXPIRED = "expired", _("restée sans réponse")
    REVOKED = "revoked", _("retirée")


# Where the request must stand for the link to open: the first visit is still ahead, or a follow-up is offered.
OPEN_IN = {
    ReasonKind.FIRST: (RequestState.INVITED,),
    ReasonKind.FOLLOW_UP: (RequestState.SEEN, RequestState.CLOSED),
}


class RequestInvitationQuerySet(models.QuerySet["RequestInvitation"]):
    def standing(self) -> RequestInvitationQuerySet:
        """Not ended yet, though its day may have passed a moment ago."""
        return self.filter(outcome="")

    def over(self, now: datetime) -> RequestInvitationQuerySet:
        return self.standing().filter(expires_at__lte=now)

    def to_remind(self, now: datetime) -> RequestInvitationQuerySet:
        """Half of the time has passed, and no word was sent since."""
        return self.standing().filter(reminded_at=None, remind_at__lte=now, expires_at__gt=now)


class RequestInvitation(models.Model):
    """The link is signed; what it may do is this row. One at a time for a request."""

    request = models.ForeignKey(
        ConsultationRequest, verbose_name=_("demande"), on_delete=models.CASCADE, related_name="invitations"
    )
    kind = models.CharField(_("pour"), max_length=10, choices=ReasonKind, default=ReasonKind.FIRST)
    sent_at = models.DateTimeField(_("envoyée le"), default=clock.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("envoyée par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    remind_at = models.DateTimeField(_("à rappeler le"))
    reminded_at = models.DateTimeField(_("rappelée le"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=8, choices=InvitationEnd, blank=True)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    appointment = models.OneToOneField(
        Appointment,
        verbose_name=_("rendez-vous"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="request_invitation",
    )

    objects = RequestInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation à choisir une place")
        verbose_name_plural = _("invitations à choisir une place")
        ordering = ("-sent_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(outcome=""),
                name="request_invitation_one_at_a_time",
                violation_error_message=_("Une invitation est déjà en cours pour cette demande."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="request_invitation_end_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="request_invitation_expires_later"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(outcome=""), name="request_invitation_standing")
        ]

    def __str__(self) -> str:
        return f"{self.request} · {clock.local(self.sent_at):%Y-%m-%d}"

    def is_open(self, now: datetime) -> bool:
        """The request is at hand."""
        return (
            self.outcome == ""
            and self.expires_at > now
            and self.request.state in OPEN_IN[ReasonKind(self.kind)]
        )

    @property
    def holder(self) -> str:
        """Nobody's session has this key: only the invitation turns the hold into a visit."""
        return f"invitation-{self.pk}"
