"""What is said in a return letter: words, or one file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.uploads.fields import FilesField
from core.web.fields import DayField
from partnerships.models import NextStep


class DatedForm(forms.Form):
    def clean_dated_on(self) -> date:
        day: date = self.cleaned_data["dated_on"]
        if not date(1900, 1, 1) <= day <= clock.today():
            raise forms.ValidationError(_("Cette date n’est pas possible. Vérifiez l’année."), code="future")
        return day


class ReturnLetterForm(DatedForm):
    """By who saw the patient."""

    dated_on = DayField(label=_("Date du compte rendu"))
    conclusion = forms.CharField(
        label=_("Ce qui a été constaté"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    advice = forms.CharField(
        label=_("Ce qui est proposé"),
        help_text=_("Traitement, surveillance, ce que le médecin traitant est prié de faire."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    next_step = forms.ChoiceField(label=_("Ensuite"), choices=NextStep.choices, initial=NextStep.NONE)
    documents = FilesField(label=_("Ou le compte rendu en PDF"), several=False, required=False)
    is_shared = forms.BooleanField(
        label=_("Le patient peut le lire dans son espace"), required=False, initial=False
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "documents" in self.errors or data.get("documents"):
            return data
        if not data.get("conclusion", "").strip():
            self.add_error("conclusion", _("Écrivez le compte rendu, ou ajoutez-le en PDF."))
        return data


class FiledLetterForm(DatedForm):
    """By the desk: from when, not what it says."""

    documents = FilesField(label=_("Le fichier reçu"), several=False)
    dated_on = DayField(label=_("Date écrite sur le compte rendu"))
    is_passed_on = forms.BooleanField(
        label=_("Qui a adressé l’a reçu du partenaire aussi"), required=False, initial=False
    )
