"""How long each state may last: a number and its unit for each urgency; empty for a programme, the house's holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import DelayUnit
from partnerships.request_delays_table import Delay

MOST = 240


class DelaysForm(forms.Form):
    def __init__(self, delays: list[Delay], *args: Any, is_house: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.delays = delays
        for delay in delays:
            about = {"state": delay.state.label, "urgency": delay.urgency.label}
            shown = delay.own
            self.fields[delay.name] = forms.IntegerField(
                label=_("%(state)s, %(urgency)s : délai") % about,
                min_value=1,
                max_value=MOST,
                required=is_house,
                initial=shown.amount if shown is not None else delay.house.amount if is_house else None,
                error_messages={
                    "invalid": gettext_lazy("Écrivez un nombre de 1 à 240."),
                    "min_value": gettext_lazy("Écrivez un nombre de 1 à 240."),
                    "max_value": gettext_lazy("Écrivez un nombre de 1 à 240."),
                    "required": gettext_lazy("Écrivez un nombre de 1 à 240."),
                },
                widget=forms.NumberInput(
                    attrs={"class": "form-control", "placeholder": delay.house.amount, "inputmode": "numeric"}
                ),
            )
            self.fields[f"{delay.name}-unit"] = forms.ChoiceField(
                label=_("%(state)s, %(urgency)s : unité") % about,
                choices=DelayUnit.choices,
                initial=delay.holds.unit,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def lines(self) -> Iterator[tuple[Delay, BoundField, BoundField]]:
        return ((delay, self[delay.name], self[f"{delay.name}-unit"]) for delay in self.delays)

    def said(self) -> dict[str, tuple[int, str] | None]:
        data = self.cleaned_data
        return {
            delay.name: (data[delay.name], data[f"{delay.name}-unit"]) if data.get(delay.name) else None
            for delay in self.delays
        }
