"""Who asks without an account: the link of a correspondent, the sender of one letter, and whom he says it is about."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import identifiers
from core.formats.phone import PhoneField
from partnerships.models.programme import AdvancedConsultation
from partnerships.models.request import ConsultationRequest
from patients.models.patient import Sex
from patients.models.pseudonym import Channel


class IntakeLinkQuerySet(models.QuerySet["IntakeLink"]):
    def open(self, day: date | None = None) -> IntakeLinkQuerySet:
        return self.filter(
            Q(until=None) | Q(until__gte=day or clock.today()),
            revoked_at=None,
            programme__is_active=True,
            programme__takes_outside_referrals=True,
        )


class IntakeLink(models.Model):
    """The address by which one correspondent sends patients to one programme; taken back, it opens nothing."""

    programme = models.ForeignKey(AdvancedConsultation, on_delete=models.CASCADE, related_name="intake_links")
    name = models.CharField(
        _("pour qui"), max_length=120, help_text=_("Le médecin ou le cabinet qui reçoit ce lien.")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("créé par"), on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("retiré par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = IntakeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien d’adressage")
        verbose_name_plural = _("liens d’adressage")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and (self.until is None or self.until >= clock.today())


class RequestSender(models.Model):
    """The doctor of outside who wrote the letter, as he says it."""

    request = models.OneToOneField(ConsultationRequest, on_delete=models.CASCADE, related_name="sender")
    link = models.ForeignKey(IntakeLink, on_delete=models.PROTECT, related_name="senders")
    name = models.CharField(_("votre nom"), max_length=120)
    rpps = models.CharField(_("RPPS"), max_length=11, blank=True, validators=[identifiers.rpps])
    email = models.EmailField(_("e-mail"))
    phone = PhoneField(_("téléphone"), blank=True)

    class Meta:
        verbose_name = _("expéditeur d’une demande")
        verbose_name_plural = _("expéditeurs de demandes")

    def __str__(self) -> str:
        return self.name


class RequestIdentity(models.Model):
    """Whom a request is about, as it was typed; gone once somebody of the house has joined it to a record."""

    request = models.OneToOneField(ConsultationRequest, on_delete=models.CASCADE, related_name="identity")
    birth_name = models.CharField(_("nom de naissance"), max_length=100, blank=True)
    birth_first_names = models.CharField(_("prénom"), max_length=100, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    sex = models.CharField(_("sexe"), max_length=10, choices=Sex, blank=True)
    phone = PhoneField(_("téléphone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    alias = models.CharField(_("pseudonyme"), max_length=60, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("année de naissance"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )
    channel = models.CharField(_("comment vous joindre"), max_length=6, choices=Channel, blank=True)

    class Meta:
        verbose_name = _("identité écrite dans une demande")
        verbose_name_plural = _("identités écrites dans des demandes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(alias="", birth_date__isnull=False) & ~Q(birth_name="")
                | Q(birth_name="", birth_date=None, birth_year__isnull=False) & ~Q(alias=""),
                name="request_identity_is_named_or_not",
                violation_error_message=_("Un nom et une date de naissance, ou un pseudonyme et une année."),
            )
        ]

    def __str__(self) -> str:
        return self.alias or f"{self.birth_first_names} {self.birth_name}"

    @property
    def is_pseudonym(self) -> bool:
        return bool(self.alias)
