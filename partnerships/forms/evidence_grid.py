"""The grid as an administrator copies it from the text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.fields import DayField, HourField
from partnerships.models import EvidenceGrid, Formula, Indicator
from partnerships.models.evidence import NEEDED_FIELDS
from practitioners.models.internship import Level

MOST_LEVELS = 4
MOST_PROOFS = 10
# Words that stand in the addresses of a year (`urls_evidence.py`).
RESERVED = frozenset({"patientele", "figer", "verifier"})


class GridForm(forms.ModelForm):
    """`only_end`: of a grid that a frozen year was read with, nothing else may change."""

    valid_from = DayField(label=gettext_lazy("À partir du"))
    valid_until = DayField(
        label=gettext_lazy("Jusqu’au"), required=False, help_text=gettext_lazy("Vide : sans fin connue.")
    )
    week_from = HourField(label=gettext_lazy("Ouverture demandée en semaine, de"))
    week_until = HourField(label=gettext_lazy("En semaine, à"))
    saturday_from = HourField(
        label=gettext_lazy("Le samedi, de"),
        required=False,
        help_text=gettext_lazy("Les deux vides : le samedi n’est pas demandé."),
    )
    saturday_until = HourField(label=gettext_lazy("Le samedi, à"), required=False)
    stay_levels = forms.MultipleChoiceField(
        label=gettext_lazy("Stages comptés"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = EvidenceGrid
        fields = [
            "name",
            "source",
            "valid_from",
            "valid_until",
            "point_euros",
            "reference_list",
            "prerequisites_bind",
            "week_from",
            "week_until",
            "saturday_from",
            "saturday_until",
            "stay_levels",
        ]

    def __init__(self, *args: Any, only_end: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if only_end:
            for name in list(self.fields):
                if name != "valid_until":
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("saturday_from")) != bool(data.get("saturday_until")):
            self.add_error("saturday_until", _("Indiquez les deux heures du samedi, ou aucune."))
        first, last = data.get("valid_from", self.instance.valid_from), data.get("valid_until")
        # Before the other grids are looked at: PostgreSQL has no range that ends before it begins.
        if first is not None and last is not None and last < first:
            self.add_error("valid_until", _("La fin ne peut pas précéder le début."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The house is not typed in, but its grids exclude each other."""
        return super()._get_validation_exclusions() - {"centre", "valid_from"}  # type: ignore[misc, no-any-return]


class CopyGridForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Nom de la nouvelle version"),
        max_length=120,
        error_messages={"required": gettext_lazy("Donnez un nom à la nouvelle version.")},
    )
    valid_from = DayField(
        label=gettext_lazy("Valable à partir du"),
        help_text=gettext_lazy(
            "La version précédente prend fin la veille. Une année est lue avec la grille de son 31 décembre."
        ),
    )

    def __init__(self, *args: Any, earlier: EvidenceGrid, **options: Any) -> None:
        self.earlier = earlier
        super().__init__(*args, **options)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day <= self.earlier.valid_from:
            raise forms.ValidationError(_("La nouvelle version commence après la précédente."), code="early")
        return day


class IndicatorForm(forms.ModelForm):
    """All figures on one page; those of another formula than the chosen one are put away."""

    proof_lines = forms.CharField(
        label=gettext_lazy("Pièces demandées, une par ligne"),
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = Indicator
        fields = [
            "name",
            "code",
            "axis",
            "standing",
            "wants",
            "measure",
            "formula",
            "threshold",
            "fixed_points",
            "variable_points",
            "unit_points",
            "most_units",
            "reference_rate",
            "least_events",
            "position",
        ]
        widgets = {"wants": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "threshold": gettext_lazy("Pour « part fixe et part selon la patientèle »."),
            "fixed_points": gettext_lazy("Pour « part fixe et part selon la patientèle »."),
            "variable_points": gettext_lazy("Pour les deux calculs selon la patientèle."),
            "unit_points": gettext_lazy("Pour « par unité »."),
            "most_units": gettext_lazy("Pour « par unité »."),
            "reference_rate": gettext_lazy("Pour « selon la patientèle et un taux »."),
            "position": gettext_lazy("Le plus petit nombre vient d’abord."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = list(self.instance.levels.order_by("threshold")) if self.instance.pk else []
        if self.instance.pk:
            del self.fields["code"]  # papers and values of the year hang on it
        for number in range(1, MOST_LEVELS + 1):
            level = known[number - 1] if number <= len(known) else None
            self._add_level(number, level.threshold if level else None, level.points if level else None)
        self.fields["proof_lines"].initial = "\n".join(self.instance.proofs)
        for name in ("proof_lines", "position"):
            self.fields[name] = self.fields.pop(name)

    def _add_level(self, number: int, threshold: Decimal | None, points: Decimal | None) -> None:
        shown = {"number": number}
        options: dict[str, Any] = {"required": False, "max_digits": 8, "decimal_places": 2, "min_value": 0}
        self.fields[f"from_{number}"] = forms.DecimalField(
            label=_("Palier %(number)s : à partir de") % shown, initial=_short(threshold), **options
        )
        self.fields[f"points_{number}"] = forms.DecimalField(
            label=_("Palier %(number)s : points ajoutés") % shown, initial=_short(points), **options
        )

    def _get_validation_exclusions(self) -> set[str]:
        """The grid is not typed in, but codes are unique in it."""
        return super()._get_validation_exclusions() - {"grid"}  # type: ignore[misc, no-any-return]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(
                _("Ce code sert déjà à une page : choisissez-en un autre."), code="taken"
            )
        return code

    def clean_proof_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["proof_lines"].splitlines() if line.strip()]
        if len(lines) > MOST_PROOFS or any(len(line) > 150 for line in lines):
            raise forms.ValidationError(_("Dix pièces au plus, de 150 caractères chacune."), code="long")
        return list(dict.fromkeys(lines))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        formula = data.get("formula", "")
        for name in NEEDED_FIELDS.get(formula, ()):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Ce calcul a besoin de ce nombre."))
        for number in range(1, MOST_LEVELS + 1):
            start, points = data.get(f"from_{number}"), data.get(f"points_{number}")
            if (start is None) != (points is None):
                self.add_error(f"points_{number}", _("Un palier a un début et des points."))
        starts = [start for start, _points in self._pairs(data)]
        if len(set(starts)) < len(starts):
            self.add_error("from_2", _("Deux paliers commencent à la même valeur."))
        if formula == Formula.LEVELS and not starts and not self.errors:
            self.add_error("from_1", _("Écrivez au moins un palier."))
        self.instance.proofs = data.get("proof_lines", [])
        return data

    def _pairs(self, data: dict[str, Any]) -> list[tuple[Decimal, Decimal]]:
        pairs = [(data.get(f"from_{n}"), data.get(f"points_{n}")) for n in range(1, MOST_LEVELS + 1)]
        return sorted((start, points) for start, points in pairs if start is not None and points is not None)

    @property
    def levels(self) -> list[tuple[Decimal, Decimal]]:
        return self._pairs(self.cleaned_data) if self.cleaned_data["formula"] == Formula.LEVELS else []


def _short(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"
