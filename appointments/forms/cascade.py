"""In which order the patients of an absence are looked after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.cascade import USUAL_STEPS
from appointments.models.cascade import Step

WITHIN = [(7, _("une semaine")), (14, _("deux semaines")), (21, _("trois semaines")), (42, _("six semaines"))]
RANKS = (_("D’abord"), _("Sinon"), _("Sinon"), _("Sinon"))


class CascadeForm(forms.Form):
    """Four places for four steps; one that is left out is not tried, one named twice counts once."""

    within_days = forms.TypedChoiceField(label=_("En cherchant sur"), coerce=int, choices=WITHIN, initial=21)

    def __init__(self, data: Any = None, *, steps: list[str] | None = None, within_days: int = 21) -> None:
        super().__init__(data)
        chosen = [str(step) for step in (steps or USUAL_STEPS)]
        choices = [("", _("rien d’autre")), *Step.choices]
        for number, label in enumerate(RANKS):
            self.fields[f"step{number}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=number == 0,
                initial=chosen[number] if number < len(chosen) else "",
                error_messages={"required": _("Choisissez ce qui est essayé d’abord.")},
            )
        self.order_fields([*(f"step{number}" for number in range(len(RANKS))), "within_days"])
        self.initial["within_days"] = within_days

    def steps(self) -> list[Step]:
        """Only after `is_valid`."""
        named = [self.cleaned_data[f"step{number}"] for number in range(len(RANKS))]
        return [Step(name) for name in dict.fromkeys(named) if name]
