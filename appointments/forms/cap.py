"""What the law allows, as an administrator copies it from the text; and a new episode of care."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Period
from core import clock
from core.web.fields import DayField


class CapForm(forms.Form):
    programme = forms.CharField(
        label=gettext_lazy("Dispositif"),
        max_length=100,
        help_text=gettext_lazy(
            "Le même nom que dans la liste remplace son plafond à partir du jour indiqué."
        ),
        error_messages={"required": gettext_lazy("Donnez le nom du dispositif.")},
    )
    most = forms.IntegerField(
        label=gettext_lazy("Séances au plus"),
        min_value=1,
        max_value=366,
        widget=forms.NumberInput(attrs={"class": "short-input"}),
    )
    period = forms.ChoiceField(label=gettext_lazy("Comptées"), choices=Period.choices)
    since = DayField(label=gettext_lazy("À partir du"))
    until = DayField(
        label=gettext_lazy("Jusqu’au"), required=False, help_text=gettext_lazy("Vide : sans fin connue.")
    )
    may_be_exceeded = forms.BooleanField(
        label=gettext_lazy("L’équipe peut passer outre, en écrivant pourquoi"), required=False
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Le texte qui le dit : loi, décret, convention, avec sa date."),
        error_messages={"required": gettext_lazy("Citez le texte : l’équipe doit pouvoir vérifier.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"since": clock.today()})

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since < clock.today():
            raise forms.ValidationError(
                _("Le passé ne change pas : choisissez aujourd’hui ou un jour à venir."), code="past"
            )
        return since

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("La fin ne peut pas précéder le début."))
        return data


class EpisodeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi compter de nouveau"),
        help_text=gettext_lazy("Par exemple : « diagnostic posé », « autre problème »."),
        max_length=200,
        error_messages={"required": gettext_lazy("Écrivez pourquoi : l’équipe le lira.")},
    )
