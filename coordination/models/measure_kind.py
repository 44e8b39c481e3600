"""What can be measured here, within which limits, and from which value on it says something. All of it dated rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.db import DayRange


class Formula(models.TextChoices):
    """What is not typed but follows from other measures."""

    BODY_MASS_INDEX = "bmi", _("indice de masse corporelle, du poids et de la taille")


class MeasureKindQuerySet(models.QuerySet["MeasureKind"]):
    def offered(self, day: date | None = None) -> MeasureKindQuerySet:
        """What the entry form asks for on that day."""
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class MeasureKind(models.Model):
    """Weight, blood pressure, TUG … A kind of two parts (systolic, diastolic) is typed and read as one."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    short_name = models.CharField(_("nom court"), max_length=30)
    loinc = models.CharField(_("code LOINC"), max_length=10, blank=True)
    unit = models.CharField(_("unité UCUM"), max_length=20, help_text=_("kg, cm, mm[Hg], s, {score}…"))
    unit_label = models.CharField(_("unité à l’écran"), max_length=20, help_text=_("kg, mmHg, /28…"))
    hint = models.CharField(_("aide à la saisie"), max_length=120, blank=True)
    formula = models.CharField(_("calculé"), max_length=5, choices=Formula, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    since = models.DateField(_("proposé depuis le"), default=clock.today)
    until = models.DateField(_("proposé jusqu’au"), null=True, blank=True)

    objects = MeasureKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("sorte de mesure")
        verbose_name_plural = _("sortes de mesures")
        ordering = ("position", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="measure_kind_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MeasureComponent(models.Model):
    """One number of a kind. Most kinds have one, without a name."""

    kind = models.ForeignKey(MeasureKind, on_delete=models.CASCADE, related_name="components")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("nom"), max_length=40, blank=True)
    loinc = models.CharField(_("code LOINC"), max_length=10, blank=True)
    decimals = models.PositiveSmallIntegerField(_("décimales"), default=0, validators=[MaxValueValidator(3)])
    position = models.PositiveSmallIntegerField(_("ordre"), default=1)

    class Meta:
        verbose_name = _("nombre mesuré")
        verbose_name_plural = _("nombres mesurés")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "position"],
                name="measure_component_one_a_place",
                violation_error_message=_("Un nombre occupe déjà cette place."),
            ),
            models.CheckConstraint(condition=Q(decimals__lte=3), name="measure_component_decimals"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.name}" if self.name else str(self.kind)


class Dated(models.Model):
    """A row of the configuration that holds from a day to a day."""

    since = models.DateField(_("à partir du"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class MeasureLimits(Dated):
    """Beyond the outer limits a value is refused, beyond the inner ones it wants a second look."""

    component = models.ForeignKey(MeasureComponent, on_delete=models.CASCADE, related_name="limits")
    least = models.DecimalField(_("impossible en dessous de"), max_digits=9, decimal_places=3)
    most = models.DecimalField(_("impossible au-dessus de"), max_digits=9, decimal_places=3)
    usual_least = models.DecimalField(_("à vérifier en dessous de"), max_digits=9, decimal_places=3)
    usual_most = models.DecimalField(_("à vérifier au-dessus de"), max_digits=9, decimal_places=3)
    usual_change = models.PositiveSmallIntegerField(
        _("à vérifier si la valeur change de plus de (%)"),
        null=True,
        blank=True,
        help_text=_("par rapport à la précédente ; vide : ne pas comparer"),
    )

    class Meta:
        verbose_name = _("limites d’une mesure")
        verbose_name_plural = _("limites des mesures")
        ordering = ("component", "since")
        constraints = [
            models.CheckConstraint(
                condition=Q(least__lte=F("usual_least"))
                & Q(usual_least__lte=F("usual_most"))
                & Q(usual_most__lte=F("most")),
                name="measure_limits_in_order",
                violation_error_message=_(
                    "Les valeurs à vérifier se trouvent à l’intérieur des valeurs possibles."
                ),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="measure_limits_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            ExclusionConstraint(
                name="measure_limits_one_at_a_time",
                expressions=[
                    ("component", RangeOperators.EQUAL),
                    (DayRange(F("since"), F("until")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("D’autres limites sont déjà en vigueur à ces dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} · {self.since:%d/%m/%Y}"


class Side(models.TextChoices):
    ABOVE = "gt", _("au-dessus de")
    FROM = "ge", _("à partir de")
    BELOW = "lt", _("en dessous de")


class MeasureThreshold(Dated):
    """From which value on the number says something (« TUG > 13,5 s : risque de chute »), drawn as a line."""

    component = models.ForeignKey(MeasureComponent, on_delete=models.CASCADE, related_name="thresholds")
    side = models.CharField(_("de quel côté"), max_length=2, choices=Side)
    value = models.DecimalField(_("valeur"), max_digits=9, decimal_places=3)
    meaning = models.CharField(_("ce que cela veut dire"), max_length=80)
    from_age = models.PositiveSmallIntegerField(_("à partir de l’âge de"), null=True, blank=True)
    until_age = models.PositiveSmallIntegerField(_("jusqu’à l’âge de"), null=True, blank=True)
    origin = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("seuil d’une mesure")
        verbose_name_plural = _("seuils des mesures")
        ordering = ("component", "value", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="measure_threshold_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.get_side_display()} {self.value.normalize():f}"

    def concerns(self, age: int, day: date) -> bool:
        return (
            self.holds_on(day)
            and (self.from_age is None or age >= self.from_age)
            and (self.until_age is None or age <= self.until_age)
        )

    def is_crossed(self, value: Decimal) -> bool:
        if self.side == Side.BELOW:
            return value < self.value
        return value > self.value or (self.side == Side.FROM and value == self.value)
