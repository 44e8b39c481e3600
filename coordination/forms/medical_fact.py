"""Allergies and alerts, as they are typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import Alert, Allergy
from coordination.models.medical_fact import AlertKind, AllergyKind, Criticality, Verification
from core import clock


class AllergyForm(forms.Form):
    substance = forms.CharField(
        label=_("Allergie ou intolérance à"),
        max_length=120,
        help_text=_("Un seul produit par ligne : pénicilline, latex, arachide…"),
        error_messages={"required": _("Écrivez à quoi la personne réagit.")},
    )
    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=AllergyKind.choices,
        error_messages={"required": _("Choisissez une nature.")},
    )
    criticality = forms.ChoiceField(
        label=_("Gravité"),
        choices=Criticality.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la gravité.")},
    )
    reaction = forms.CharField(label=_("Ce qui s’est passé"), max_length=200, required=False)
    verification = forms.ChoiceField(
        label=_("Vérification"),
        choices=Verification.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si l’allergie est confirmée.")},
    )

    @staticmethod
    def initial_of(allergy: Allergy) -> dict[str, Any]:
        return {
            name: getattr(allergy, name)
            for name in ("substance", "kind", "criticality", "reaction", "verification")
        }


class AlertForm(forms.Form):
    text = forms.CharField(
        label=_("À savoir avant d’agir"),
        max_length=160,
        error_messages={"required": _("Écrivez l’alerte en une phrase.")},
    )
    kind = forms.ChoiceField(
        label=_("Nature"), choices=AlertKind.choices, error_messages={"required": _("Choisissez une nature.")}
    )
    until = forms.DateField(
        label=_("Jusqu’au"),
        required=False,
        help_text=_("Vide : jusqu’à ce que quelqu’un la retire."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Écrivez la date comme ceci : 14/03/2026.")},
    )
    for_desk = forms.BooleanField(
        label=_("À montrer aussi à l’accueil"),
        required=False,
        help_text=_("Rien de médical alors : « malentendant, parler en face »."),
    )

    def __init__(self, *args: Any, at_desk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_desk:
            # What the desk notes, the desk must be able to read; what is a risk for health is not its business.
            del self.fields["for_desk"]
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice for choice in AlertKind.choices if choice[0] != AlertKind.CLINICAL
            ]

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("Ce jour est déjà passé."), code="past")
        return day

    def said(self) -> dict[str, Any]:
        return {"for_desk": True} | self.cleaned_data

    @staticmethod
    def initial_of(alert: Alert) -> dict[str, Any]:
        return {name: getattr(alert, name) for name in ("text", "kind", "until", "for_desk")}


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label=_("Pourquoi"),
        max_length=200,
        help_text=_("Cette phrase reste lisible à côté de la ligne retirée."),
        error_messages={"required": _("Écrivez pourquoi : la ligne reste lisible, avec cette raison.")},
    )
