"""What is said in a return letter: words, or one file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.forms.document import PastDayField
from core.uploads.fields import FilesField
from partnerships.models import NextStep


class ReturnLetterForm(forms.Form):
    """By who saw the patient."""

    dated_on = PastDayField(label=_("Date du compte rendu"))
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


class FiledLetterForm(forms.Form):
    """By the desk: from when, not what it says."""

    documents = FilesField(label=_("Le fichier reçu"), several=False)
    dated_on = PastDayField(label=_("Date écrite sur le compte rendu"))
    is_passed_on = forms.BooleanField(
        label=_("Qui a adressé l’a reçu du partenaire aussi"), required=False, initial=False
    )
