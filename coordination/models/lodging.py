"""The studios of the house: who lives there, from when to when, and who has the keys."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Internship, Practitioner


class DayRange(Func):
    """[first day, last day], both nights included; named here once, since a migration keeps its path."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Lodging(models.Model):
    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.CASCADE, related_name="lodgings"
    )
    name = models.CharField(_("nom"), max_length=80)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    notes = models.TextField(_("équipement, code, voisinage"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("proposé"), default=True)

    class Meta:
        verbose_name = _("studio")
        verbose_name_plural = _("studios")
        ordering: ClassVar = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="lodging_name_unique",
                violation_error_message=_("Un studio porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Occupancy(models.Model):
    """Somebody lives there: from the first to the last night. Two never overlap."""

    lodging = models.ForeignKey(
        Lodging, verbose_name=_("studio"), on_delete=models.PROTECT, related_name="occupancies"
    )
    occupant = models.ForeignKey(
        Practitioner, verbose_name=_("occupant"), on_delete=models.PROTECT, related_name="occupancies"
    )
    since = models.DateField(_("du"))
    until = models.DateField(_("au (dernier jour)"))
    deposit = models.DecimalField(
        _("caution (€)"), max_digits=7, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    deposit_back_on = models.DateField(_("caution rendue le"), null=True, blank=True)
    keys_out_on = models.DateField(_("clés remises le"), null=True, blank=True)
    keys_out_by = models.CharField(_("remises par, signature"), max_length=120, blank=True)
    inventory_in = models.TextField(_("état des lieux d’entrée"), max_length=2000, blank=True)
    keys_back_on = models.DateField(_("clés rendues le"), null=True, blank=True)
    keys_back_to = models.CharField(_("rendues à, signature"), max_length=120, blank=True)
    inventory_out = models.TextField(_("état des lieux de sortie"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("occupation d’un studio")
        verbose_name_plural = _("occupations des studios")
        ordering: ClassVar = ["since", "pk"]
        constraints = [
            ExclusionConstraint(
                name="occupancy_one_at_a_time",
                expressions=[
                    ("lodging", RangeOperators.EQUAL),
                    (
                        DayRange("since", "until", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Ce studio est déjà occupé à ces dates."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="occupancy_dates_in_order",
                violation_error_message=_("Le dernier jour ne peut pas précéder le premier."),
            ),
            models.CheckConstraint(
                condition=Q(keys_out_on=None, keys_out_by="")
                | (Q(keys_out_on__isnull=False) & ~Q(keys_out_by="")),
                name="occupancy_keys_out_signed",
                violation_error_message=_("La remise des clés porte une date et une signature."),
            ),
            models.CheckConstraint(
                condition=Q(keys_back_on=None, keys_back_to="")
                | (Q(keys_back_on__isnull=False, keys_out_on__isnull=False) & ~Q(keys_back_to="")),
                name="occupancy_keys_back_signed",
                violation_error_message=_(
                    "Le retour des clés suit leur remise, avec une date et une signature."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lodging} · {self.occupant}"


class LodgingState(models.TextChoices):
    ASKED = "asked", _("demandé")
    GIVEN = "given", _("attribué")
    REFUSED = "refused", _("refusé")


class LodgingRequest(models.Model):
    """A trainee asks for a roof for his stay."""

    stay = models.ForeignKey(
        Internship, verbose_name=_("stage"), on_delete=models.CASCADE, related_name="lodging_requests"
    )
    since = models.DateField(_("du"))
    until = models.DateField(_("au (dernier jour)"))
    note = models.CharField(_("précisions"), max_length=300, blank=True)
    state = models.CharField(
        _("réponse"), max_length=8, choices=LodgingState, default=LodgingState.ASKED, editable=False
    )
    answer = models.CharField(_("mot du coordinateur"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("demandé le"), default=clock.now, editable=False)
    occupancy = models.OneToOneField(
        Occupancy, on_delete=models.SET_NULL, null=True, related_name="request", editable=False
    )

    class Meta:
        verbose_name = _("demande de studio")
        verbose_name_plural = _("demandes de studio")
        ordering: ClassVar = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay"],
                condition=Q(state="asked"),
                name="lodging_request_once",
                violation_error_message=_("Une demande attend déjà une réponse pour ce stage."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="lodging_request_dates_in_order",
                violation_error_message=_("Le dernier jour ne peut pas précéder le premier."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stay} · {self.since:%d/%m/%Y}"
