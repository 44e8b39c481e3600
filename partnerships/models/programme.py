"""What a partner offers in the house: the advanced consultation as a programme, before any date is set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import ReasonCategory, VisitReason
from partnerships.models.agreement import Agreement, AgreementQuerySet
from partnerships.models.partner import Partner
from practitioners.models import EquipmentKind, Place, Profession, Room


class AdvancedConsultation(models.Model):
    """A hospital speciality that is consulted in the house. FHIR HealthcareService."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partenaire"), on_delete=models.PROTECT, related_name="programmes"
    )
    name = models.CharField(_("nom"), max_length=120)
    category = models.ForeignKey(
        ReasonCategory,
        verbose_name=_("type de consultation"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Le nom sous lequel on la cherche ; il dit aussi la spécialité."),
    )
    presentation = models.TextField(_("présentation"), max_length=1000, blank=True)
    entry_conditions = models.TextField(
        _("pour qui, à quelles conditions"),
        max_length=1000,
        blank=True,
        help_text=_("Lu par qui adresse : « adultes, hors urgence, bilan de moins de 3 mois joint »."),
    )
    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room, verbose_name=_("salle"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    equipment_kind = models.ForeignKey(
        EquipmentKind,
        verbose_name=_("équipement nécessaire"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    referrers = models.ManyToManyField(
        Profession,
        verbose_name=_("professions qui peuvent adresser"),
        blank=True,
        related_name="+",
        help_text=_("Aucune cochée : toutes celles de la maison."),
    )
    takes_outside_referrals = models.BooleanField(
        _("reçoit aussi les adressages de l’extérieur"), default=False
    )
    takes_self_referrals = models.BooleanField(_("les patients peuvent demander eux-mêmes"), default=False)
    allows_pseudonym = models.BooleanField(_("anonyme sur demande"), default=False)
    triage_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("qui trie les demandes"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    target_delay_days = models.PositiveSmallIntegerField(
        _("délai visé pour un premier rendez-vous (jours)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    return_letter_days = models.PositiveSmallIntegerField(
        _("compte rendu attendu sous (jours)"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    confirm_days = models.PositiveSmallIntegerField(
        _("confirmation demandée (jours avant la séance)"),
        default=14,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
    )
    is_active = models.BooleanField(_("proposée"), default=True)

    class Meta:
        verbose_name = _("consultation avancée")
        verbose_name_plural = _("consultations avancées")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "name"],
                name="programme_name_once",
                violation_error_message=_("Ce partenaire a déjà une consultation de ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(confirm_days__range=(2, 60)),
                name="programme_confirm_days_in_range",
                violation_error_message=_("La confirmation se demande de 2 à 60 jours avant."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def agreements(self) -> AgreementQuerySet:
        """Of its partner, those that name its speciality, or none at all."""
        named = Agreement.objects.filter(partner=self.partner_id)
        return named.filter(
            Q(professions=self.category.profession_id) | Q(professions=None)
        ).prefetch_related("suspensions", "professions")

    def allowing(self) -> Callable[[date], bool]:
        """Whether some agreement allows a session on a day; asked for a whole year, read once."""
        agreements = list(self.agreements().distinct())
        return lambda day: any(agreement.allows(day) for agreement in agreements)


class ReasonKind(models.TextChoices):
    FIRST = "first", _("première consultation")
    FOLLOW_UP = "follow_up", _("suivi")


class ProgrammeReason(models.Model):
    """What one comes for; each professional who holds the programme gets a visit reason of his own for it."""

    programme = models.ForeignKey(AdvancedConsultation, on_delete=models.CASCADE, related_name="reasons")
    kind = models.CharField(_("pour"), max_length=10, choices=ReasonKind)
    duration_minutes = models.PositiveSmallIntegerField(
        _("durée (minutes)"), default=30, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    visit_reasons = models.ManyToManyField(VisitReason, related_name="+", editable=False)

    class Meta:
        verbose_name = _("motif d’une consultation avancée")
        verbose_name_plural = _("motifs des consultations avancées")
        ordering = ("kind",)
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind"], name="programme_reason_once_per_kind"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(5, 480)),
                name="programme_reason_duration_in_range",
                violation_error_message=_("La durée va de 5 minutes à 8 heures."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.get_kind_display()}"
