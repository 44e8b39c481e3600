"""The death of a patient, as it is entered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models.death import LearntFrom
from core import clock
from patients.models import Patient


class DeathForm(forms.Form):
    died_on = forms.DateField(
        label=_("Date du décès"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Indiquez la date du décès."),
            "invalid": _("Écrivez la date comme ceci : 14/03/2026."),
        },
    )
    learnt_from = forms.ChoiceField(
        label=_("Appris par"),
        choices=LearntFrom.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites par qui la maison l’a appris.")},
    )
    tell_relatives = forms.BooleanField(
        label=_("Écrire un mot de condoléances aux proches qui agissaient pour elle"),
        required=False,
        help_text=_("Un seul message, sobre, qui dit aussi que les rendez-vous sont annulés."),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient

    def clean_died_on(self) -> date:
        day: date = self.cleaned_data["died_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Cette date est dans l’avenir."), code="future")
        if day < self.patient.birth_date:
            raise forms.ValidationError(_("Le décès ne peut pas précéder la naissance."), code="order")
        return day


class UndoDeathForm(forms.Form):
    why = forms.CharField(
        label=_("Pourquoi c’était une erreur"),
        max_length=200,
        error_messages={"required": _("Écrivez pourquoi : cette phrase reste dans l’historique.")},
    )
