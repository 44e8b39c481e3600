"""The hospitals and centres whose professionals receive in the house, and whom one calls there."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import identifiers
from core.formats.phone import PhoneField
from practitioners.models import Centre, Practitioner


class PartnerKind(models.TextChoices):
    EPSM = "epsm", _("établissement public de santé mentale")
    HOSPITAL = "hospital", _("centre hospitalier")
    CSAPA = "csapa", _("centre de soins en addictologie (CSAPA)")
    CLINIC = "clinic", _("clinique")
    NETWORK = "network", _("réseau, association, DAC")
    OTHER = "other", _("autre")


class PartnerQuerySet(models.QuerySet["Partner"]):
    def current(self, day: date | None = None) -> PartnerQuerySet:
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day or clock.today()))


class Partner(models.Model):
    """An establishment with which the house works. FHIR Organization."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="partners"
    )
    name = models.CharField(_("nom"), max_length=150)
    kind = models.CharField(_("type"), max_length=10, choices=PartnerKind, default=PartnerKind.HOSPITAL)
    finess = models.CharField(_("FINESS"), max_length=9, blank=True, validators=[identifiers.finess])
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("commune"), max_length=100, blank=True)
    phone = PhoneField(_("téléphone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    secure_address = models.EmailField(
        _("messagerie sécurisée"),
        blank=True,
        help_text=_("L’adresse MSSanté de l’établissement ou du service."),
    )
    note = models.TextField(_("à savoir"), max_length=2000, blank=True)
    ended_on = models.DateField(_("partenariat terminé le"), null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("établissement partenaire")
        verbose_name_plural = _("établissements partenaires")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="partner_name_once",
                violation_error_message=_("Un partenaire porte déjà ce nom."),
            ),
            models.UniqueConstraint(
                fields=["centre", "finess"],
                condition=~Q(finess=""),
                name="partner_finess_once",
                violation_error_message=_("Un partenaire porte déjà ce numéro FINESS."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerContact(models.Model):
    """Somebody to call or write to: a service, or a person of the establishment."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("nom"), max_length=120)
    service = models.CharField(_("service"), max_length=120, blank=True)
    role = models.CharField(_("fonction"), max_length=120, blank=True)
    phone = PhoneField(_("téléphone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    confirms_sessions = models.BooleanField(
        _("confirme les séances"),
        default=False,
        help_text=_("Reçoit par e-mail le lien qui permet de confirmer ou d’annuler une séance."),
    )
    receives_digest = models.BooleanField(
        _("reçoit le point de coordination"),
        default=False,
        help_text=_("Un e-mail par semaine : séances à venir et places prises, sans nom de patient."),
    )

    class Meta:
        verbose_name = _("contact d’un partenaire")
        verbose_name_plural = _("contacts des partenaires")
        ordering = ("service", "name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") | Q(confirms_sessions=False, receives_digest=False),
                name="partner_contact_can_be_written_to",
                violation_error_message=_("Pour recevoir des messages, ce contact a besoin d’un e-mail."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PartnerProfessionalQuerySet(models.QuerySet["PartnerProfessional"]):
    def in_force(self, day: date | None = None) -> PartnerProfessionalQuerySet:
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class PartnerProfessional(models.Model):
    """Who comes from this establishment, and since when."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="professionals")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="partner_links",
    )
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = PartnerProfessionalQuerySet.as_manager()

    class Meta:
        verbose_name = _("professionnel d’un partenaire")
        verbose_name_plural = _("professionnels des partenaires")
        ordering = ("practitioner__last_name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "practitioner"],
                condition=Q(until=None),
                name="partner_professional_once",
                violation_error_message=_("Ce professionnel est déjà rattaché à ce partenaire."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="partner_professional_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.partner}"
