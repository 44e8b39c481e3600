"""The grid of the contract with the health insurance (ACI): dated, copied to be changed, kept for frozen years."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.db import DayRange
from practitioners.models import Centre
from practitioners.models.internship import Level

NOT_NEGATIVE = MinValueValidator(Decimal(0))


class EvidenceGridQuerySet(models.QuerySet["EvidenceGrid"]):
    def on(self, day: date) -> EvidenceGridQuerySet:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class EvidenceGrid(models.Model):
    """What is asked and what it is worth. A year is read with the grid that holds on its 31 December."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="evidence_grids"
    )
    name = models.CharField(_("nom"), max_length=120)
    valid_from = models.DateField(_("à partir du"))
    valid_until = models.DateField(_("jusqu’au"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Le texte qui le dit : accord, avenant, contrat signé.")
    )
    point_euros = models.DecimalField(
        _("valeur du point (€)"), max_digits=6, decimal_places=2, validators=[NOT_NEGATIVE]
    )
    reference_list = models.PositiveIntegerField(
        _("patientèle de référence"), default=4000, validators=[MinValueValidator(1)]
    )
    prerequisites_bind = models.BooleanField(_("rien n’est versé tant qu’un prérequis manque"), default=True)
    week_from = models.TimeField(_("ouverture demandée en semaine, de"), default=time(8))
    week_until = models.TimeField(_("en semaine, à"), default=time(20))
    saturday_from = models.TimeField(_("le samedi, de"), null=True, blank=True, default=time(8))
    saturday_until = models.TimeField(_("le samedi, à"), null=True, blank=True, default=time(12))
    stay_levels = ArrayField(
        models.CharField(max_length=10, choices=Level),
        verbose_name=_("stages comptés"),
        default=list,
        blank=True,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = EvidenceGridQuerySet.as_manager()

    class Meta:
        verbose_name = _("grille d’indicateurs")
        verbose_name_plural = _("grilles d’indicateurs")
        ordering = ("-valid_from", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="evidence_grid_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            models.CheckConstraint(
                condition=Q(week_until__gt=F("week_from"))
                & (
                    Q(saturday_from=None, saturday_until=None)
                    | Q(saturday_from__isnull=False, saturday_until__gt=F("saturday_from"))
                ),
                name="evidence_grid_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(point_euros__gte=0, reference_list__gte=1),
                name="evidence_grid_worth_something",
                violation_error_message=_("La patientèle de référence est d’au moins un patient."),
            ),
            ExclusionConstraint(
                name="evidence_grid_one_at_a_time",
                expressions=[
                    ("centre", RangeOperators.EQUAL),
                    (DayRange("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Une autre grille vaut déjà ces jours-là : donnez-lui d’abord une fin."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Axis(models.TextChoices):
    ACCESS = "access", _("accès aux soins")
    TEAM = "team", _("travail en équipe et coordination")
    SHARING = "sharing", _("système d’information partagé")


class Standing(models.TextChoices):
    PREREQUISITE = "prerequisite", _("socle et prérequis")
    CORE = "core", _("socle")
    OPTIONAL = "optional", _("optionnel")


class MeasureCode(models.TextChoices):
    """What the portal counts by itself; `partnerships/evidence.py` says how."""

    OPENING_HOURS = "opening-hours", _("heures d’ouverture demandées et couvertes (%)")
    UNSCHEDULED = "unscheduled", _("jours ouvrés avec des soins non programmés (%)")
    ADVANCED = "advanced", _("consultations avancées (jours par semaine)")
    CONCERTATION = "concertation", _("patients discutés en réunion (% de la patientèle)")
    PROTOCOLS = "protocols", _("protocoles pluriprofessionnels en vigueur")
    INTERNS = "interns", _("stages accueillis")
    COORDINATION = "coordination", _("jours avec un coordinateur en poste (%)")
    RECORD_USE = "record-use", _("professionnels qui écrivent au dossier partagé (%)")
    DECLARED = "declared", _("valeur saisie par la coordination")


class Formula(models.TextChoices):
    LEVELS = "levels", _("par paliers qui s’ajoutent")
    UNIT = "unit", _("par unité, jusqu’à un maximum")
    LIST = "list", _("part fixe et part selon la patientèle")
    RATE = "rate", _("selon la patientèle et un taux")


# Which figures a formula cannot do without.
NEEDED_FIELDS: dict[str, tuple[str, ...]] = {
    Formula.LEVELS: (),
    Formula.UNIT: ("unit_points", "most_units"),
    Formula.LIST: ("threshold", "fixed_points", "variable_points"),
    Formula.RATE: ("variable_points", "reference_rate"),
}


def _points(label: object) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(
        label,  # type: ignore[arg-type]
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[NOT_NEGATIVE],
    )


class Indicator(models.Model):
    """One line of a grid. Which figures count is said by its formula (`evidence_points.py`)."""

    grid = models.ForeignKey(EvidenceGrid, on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField(_("code"), max_length=40, help_text=_("Court, sans accent : « protocoles »."))
    name = models.CharField(_("indicateur"), max_length=150)
    axis = models.CharField(_("axe"), max_length=10, choices=Axis)
    standing = models.CharField(_("nature"), max_length=12, choices=Standing)
    wants = models.TextField(_("ce que demande le contrat"), max_length=1000, blank=True)
    measure = models.CharField(_("ce qui est compté"), max_length=20, choices=MeasureCode)
    formula = models.CharField(_("calcul des points"), max_length=10, choices=Formula)
    threshold = models.DecimalField(
        _("acquis à partir de"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    fixed_points = _points(_("points fixes"))
    variable_points = _points(_("points pour la patientèle de référence"))
    unit_points = _points(_("points par unité"))
    most_units = models.PositiveSmallIntegerField(_("unités au plus"), null=True, blank=True)
    reference_rate = models.DecimalField(
        _("taux de référence (%)"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    least_events = models.PositiveSmallIntegerField(
        _("réunions au moins"),
        null=True,
        blank=True,
        help_text=_("Vide : aucun minimum. Pour la concertation : réunions avec compte rendu dans l’année."),
    )
    proofs = ArrayField(
        models.CharField(max_length=150), verbose_name=_("pièces demandées"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)

    class Meta:
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grid", "code"],
                name="indicator_code_once",
                violation_error_message=_("Un indicateur de cette grille porte déjà ce code."),
            ),
            models.CheckConstraint(
                condition=Q(formula=Formula.LEVELS)
                | Q(formula=Formula.UNIT, unit_points__isnull=False, most_units__isnull=False)
                | Q(
                    formula=Formula.LIST,
                    threshold__isnull=False,
                    fixed_points__isnull=False,
                    variable_points__isnull=False,
                )
                | Q(formula=Formula.RATE, variable_points__isnull=False, reference_rate__gt=0),
                name="indicator_formula_has_its_figures",
                violation_error_message=_("Il manque un chiffre pour ce calcul."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorLevel(models.Model):
    """« À partir de 2,5 jours par semaine, 300 points de plus »."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="levels")
    threshold = models.DecimalField(_("à partir de"), max_digits=8, decimal_places=2)
    points = models.DecimalField(
        _("points ajoutés"), max_digits=8, decimal_places=2, validators=[NOT_NEGATIVE]
    )

    class Meta:
        verbose_name = _("palier")
        verbose_name_plural = _("paliers")
        ordering = ("threshold",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "threshold"],
                name="indicator_level_once",
                violation_error_message=_("Deux paliers commencent à la même valeur."),
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0),
                name="indicator_level_adds",
                violation_error_message=_("Un palier n’enlève pas de points."),
            ),
        ]

    def __str__(self) -> str:
        return f"≥ {self.threshold:g} : + {self.points:g}"
