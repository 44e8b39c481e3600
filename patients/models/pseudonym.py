"""Somebody cared for under a name that is not his: CSAPA care may be anonymous on request (CSP L3414-1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient
from practitioners.models import Practitioner

# Stands where the first name stands, so that every screen, sheet and message says what this name is.
MARK = "Pseudonyme"


class Channel(models.TextChoices):
    """How this person wants to be reached; nothing else is ever used."""

    NONE = "none", _("pas du tout : la personne rappelle")
    PHONE = "phone", _("par téléphone")
    SMS = "sms", _("par SMS")
    EMAIL = "email", _("par e-mail")


class Pseudonym(models.Model):
    """The patient's record carries the alias and no trait; this row says so, by whom, and since when no longer."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="pseudonym")
    alias = models.CharField(_("pseudonyme"), max_length=60)
    channel = models.CharField(_("comment le joindre"), max_length=6, choices=Channel, default=Channel.NONE)
    # The professional around whom this person is known; others join by a reason row of their own.
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    lifted_at = models.DateTimeField(_("levé le"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    lifted_why = models.CharField(_("demande de la personne"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("pseudonyme")
        verbose_name_plural = _("pseudonymes")
        constraints = [
            models.UniqueConstraint(
                fields=["alias"],
                condition=Q(lifted_at=None),
                name="pseudonym_alias_once",
                violation_error_message=_("Ce pseudonyme est déjà pris. Choisissez-en un autre."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_why=""),
                name="pseudonym_lifted_on_request",
                violation_error_message=_("Un pseudonyme se lève à la demande de la personne : écrivez-la."),
            ),
        ]

    def __str__(self) -> str:
        return self.alias
