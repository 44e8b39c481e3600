"""What is said and shown for a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.uploads.fields import FilesField


class ListSizeForm(forms.Form):
    list_size = forms.IntegerField(
        label=gettext_lazy("Patientèle médecin traitant, d’après la caisse"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"class": "short-input"}),
        help_text=gettext_lazy("Vide : le portail compte les patients dont le médecin traitant est ici."),
    )


class DeclarationForm(forms.Form):
    value = forms.DecimalField(
        label=gettext_lazy("Valeur"),
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "short-input", "step": "0.01"}),
        error_messages={"required": gettext_lazy("Écrivez un nombre.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Comment ce nombre est connu"),
        max_length=300,
        help_text=gettext_lazy("Par exemple : « 3 médecins sur 6, attestation du SAS de mars »."),
        error_messages={"required": gettext_lazy("Dites d’où vient ce nombre : il devra être prouvé.")},
    )


class ProofForm(forms.Form):
    """`wanted`: the pieces that the grid asks for, those that are there already included."""

    wanted = forms.ChoiceField(label=gettext_lazy("Pièce"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Titre"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Sans nom de patient. Vide : le nom de la pièce demandée."),
    )
    file = FilesField(label=gettext_lazy("Fichier"), several=False)

    def __init__(self, *args: Any, wanted: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["wanted"].initial = wanted[0] if wanted else ""
        other = ("", _("une autre pièce"))
        self.fields["wanted"].choices = [*((one, one) for one in wanted), other]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("wanted") and not data.get("title"):
            self.add_error("title", _("Donnez un titre à cette pièce."))
        return data
