from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appointments.models import Round, RoundStop
from core import clock
from core.web.fields import HourField, lengths
from patients.models import Patient


class RoundForm(forms.ModelForm):
    starts_at = HourField(label=_("Départ à"))
    travel_minutes = forms.TypedChoiceField(label=_("Trajet entre deux visites"), coerce=int)

    class Meta:
        model = Round
        fields = ["starts_at", "travel_minutes"]

    def __init__(self, *args: Any, present: int, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["travel_minutes"]
        choices.choices = lengths([0, 5, 10, 15, 20, 30, 45, 60], present=present)


class RoundStopForm(forms.ModelForm):
    """Somebody who is seen on the way, without an hour of his own."""

    minutes = forms.TypedChoiceField(
        label=_("Durée"), coerce=int, choices=lambda: lengths([5, 10, 15, 20, 30, 45, 60, 90]), initial=15
    )
    not_before = HourField(label=_("Pas avant"), required=False)
    not_after = HourField(label=_("Au plus tard"), required=False)

    class Meta:
        model = RoundStop
        fields = ["patient", "minutes", "not_before", "not_after"]

    def __init__(self, *args: Any, patients: QuerySet[Patient], day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.day = day
        who: Any = self.fields["patient"]
        who.queryset = patients
        who.required = True
        who.empty_label = _("Choisir un patient suivi")
        who.label_from_instance = _named

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        before, after = data.get("not_before"), data.get("not_after")
        if before and after and after < before:
            self.add_error("not_after", _("« Au plus tard » doit suivre « pas avant »."))
        if self.day < clock.today():
            self.add_error(None, _("Cette journée est passée."))
        return data


def _named(patient: Patient) -> str:
    """The family name first, as one looks for it; where he lives tells two of one name apart."""
    return " · ".join(part for part in (f"{patient.last_name} {patient.first_name}", patient.city) if part)
