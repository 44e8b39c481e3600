"""Who may be in a visit by video, and how far he has come: invited, at the door, admitted, gone."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teleconsult.models.video_visit import VideoVisit

# The mesh of `signalling`: with a fifth each telephone would send four films.
SEATS = 4


class ParticipantRole(models.TextChoices):
    PATIENT = "patient", _("patient")
    PRACTITIONER = "practitioner", _("professionnel")
    NURSE = "nurse", _("soignant auprès du patient")
    THIRD = "third", _("personne invitée")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def with_visit(self) -> ParticipantQuerySet:
        return self.select_related(
            "visit__appointment__practitioner__centre",
            "visit__appointment__practitioner__profession",
            "visit__appointment__reason",
            "visit__appointment__patient",
            "visit__appointment__place",
            "visit__appointment__accompanies__practitioner",
        )

    def admitted(self) -> ParticipantQuerySet:
        return self.filter(admitted_at__isnull=False)

    def at_the_door(self) -> ParticipantQuerySet:
        """Has knocked, and nobody has answered yet."""
        return self.filter(arrived_at__isnull=False, admitted_at=None, refused_at=None, left_at=None)


class Participant(models.Model):
    """One person, or one device with two before it. A link is signed for this row, and ends with its version.

    Who is admitted sits on one of four seats: the database keeps a fifth out, whoever writes.
    """

    visit = models.ForeignKey(
        VideoVisit, verbose_name=_("téléconsultation"), on_delete=models.CASCADE, related_name="participants"
    )
    role = models.CharField(_("rôle"), max_length=12, choices=ParticipantRole)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compte"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(_("nom montré"), max_length=150, blank=True)
    key = models.UUIDField(_("clé"), default=uuid.uuid4, unique=True, editable=False)
    token_version = models.PositiveSmallIntegerField(_("version du lien"), default=1)
    consented_at = models.DateTimeField(_("accord donné le"), null=True, blank=True)
    consent_version = models.CharField(_("texte de l’accord"), max_length=10, blank=True)
    consent_withdrawn_at = models.DateTimeField(_("accord retiré le"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("dans la salle d’attente depuis"), null=True, blank=True)
    admitted_at = models.DateTimeField(_("admis à"), null=True, blank=True)
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("admis par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    seat = models.PositiveSmallIntegerField(_("place"), null=True, blank=True, editable=False)
    refused_at = models.DateTimeField(_("pas admis à"), null=True, blank=True)
    refusal_note = models.CharField(_("mot pour la personne"), max_length=200, blank=True)
    left_at = models.DateTimeField(_("parti à"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("visit", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "seat"],
                condition=Q(seat__isnull=False),
                name="participant_seat_taken_once",
                violation_error_message=_("Quatre personnes au plus entrent dans une téléconsultation."),
            ),
            models.CheckConstraint(
                condition=Q(admitted_at=None, seat=None)
                | Q(admitted_at__isnull=False, seat__isnull=False, seat__gte=1, seat__lte=SEATS),
                name="participant_admitted_has_a_seat",
                violation_error_message=_("Quatre personnes au plus entrent dans une téléconsultation."),
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(role=ParticipantRole.PATIENT),
                name="participant_one_patient",
                violation_error_message=_("Le patient est déjà attendu."),
            ),
            models.UniqueConstraint(
                fields=["visit", "user"],
                condition=Q(user__isnull=False),
                name="participant_account_once",
                violation_error_message=_("Cette personne est déjà attendue."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_role_display()}"

    @property
    def is_admitted(self) -> bool:
        return self.admitted_at is not None

    @property
    def comes_by_link(self) -> bool:
        """Those who work here come by their account."""
        return self.role in (ParticipantRole.PATIENT, ParticipantRole.THIRD)

    @property
    def is_at_the_door(self) -> bool:
        return (
            self.arrived_at is not None
            and self.admitted_at is None
            and self.refused_at is None
            and self.left_at is None
        )

    @property
    def has_consented(self) -> bool:
        return self.consented_at is not None and self.consent_withdrawn_at is None
