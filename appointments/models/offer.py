"""A free time kept for one person until he has answered."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from appointments.models.reason import VisitReason
from appointments.models.waiting import WaitingRequest
from core import clock
from core.db import TsTzRange
from patients.models import Patient
from practitioners.models import Practitioner


class OfferState(models.TextChoices):
    SENT = "sent", _("sans réponse pour l’instant")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("refusée")
    EXPIRED = "expired", _("restée sans réponse")
    WITHDRAWN = "withdrawn", _("retirée")


def new_token() -> str:
    return secrets.token_urlsafe(24)


class SlotOfferQuerySet(models.QuerySet["SlotOffer"]):
    def waiting(self, now: datetime | None = None) -> SlotOfferQuerySet:
        """An answer can still be given."""
        return self.filter(state=OfferState.SENT, expires_at__gt=now or clock.now())

    def over(self, now: datetime | None = None) -> SlotOfferQuerySet:
        """Nobody has answered, and nobody has cleared it away yet."""
        return self.filter(state=OfferState.SENT, expires_at__lte=now or clock.now())

    def with_details(self) -> SlotOfferQuerySet:
        return self.select_related(
            "patient",
            "practitioner__profession",
            "practitioner__centre",
            "reason",
            "request",
            "replaces__practitioner",
            "replaces__reason",
            "held__place",
            "answered_by",
            "made_by",
        )


class SlotOffer(models.Model):
    """The trail of who was offered what, when, and what he said. The hold itself is an `Appointment` row, which goes.

    For a request of the waiting list, or in place of a visit that cannot be kept (`replaces`).
    """

    token = models.CharField(_("clé du lien"), max_length=40, default=new_token, unique=True, editable=False)
    request = models.ForeignKey(
        WaitingRequest,
        verbose_name=_("demande"),
        on_delete=models.CASCADE,
        null=True,
        related_name="offers",
    )
    replaces = models.ForeignKey(
        Appointment,
        verbose_name=_("à la place de"),
        on_delete=models.CASCADE,
        null=True,
        related_name="replacement_offers",
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="slot_offers"
    )
    held = models.ForeignKey(
        Appointment, verbose_name=_("créneau retenu"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.PROTECT, related_name="slot_offers"
    )
    reason = models.ForeignKey(
        VisitReason, verbose_name=_("motif"), on_delete=models.PROTECT, related_name="slot_offers"
    )
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    sent_at = models.DateTimeField(_("envoyée le"))
    expires_at = models.DateTimeField(_("valable jusqu’à"))
    state = models.CharField(_("réponse"), max_length=10, choices=OfferState, default=OfferState.SENT)
    answered_at = models.DateTimeField(_("répondu le"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("répondu par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("vide : la liste d’attente elle-même"),
    )

    objects = SlotOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("créneau proposé")
        verbose_name_plural = _("créneaux proposés")
        ordering = ("-sent_at", "-id")
        constraints = [
            ExclusionConstraint(
                name="slot_offer_one_at_a_time",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="sent"),
                violation_error_message=_("Ce créneau est déjà proposé à quelqu’un."),
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state="sent"),
                name="slot_offer_one_per_request",
                violation_error_message=_("Un créneau est déjà proposé pour cette demande."),
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(state="sent"),
                name="slot_offer_one_per_visit",
                violation_error_message=_("Une autre heure est déjà proposée pour ce rendez-vous."),
            ),
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(replaces__isnull=False),
                name="slot_offer_answers_somebody",
            ),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at"), expires_at__gt=F("sent_at")),
                name="slot_offer_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", answered_at=None)
                | (~Q(state="sent") & Q(answered_at__isnull=False)),
                name="slot_offer_answer_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="sent"), name="slot_offer_waiting"),
            models.Index(fields=["practitioner", "start_at"], name="slot_offer_by_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} · {clock.local(self.start_at):%d/%m/%Y %H:%M}"

    @property
    def holder(self) -> str:
        """Nobody's session has this key: only an answer to the offer turns the hold into a visit."""
        return f"offer-{self.token}"

    def is_waiting(self, now: datetime) -> bool:
        return self.state == OfferState.SENT and self.expires_at > now
