"""What the desk asks and enters."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.formats import identifiers
from patients.forms.fields import BirthDateField, NameField
from patients.forms.identity import IdentityForm, NamesForm
from patients.models.correction import Document


class CorrectionForm(NamesForm):
    """At the desk, with the document in hand."""

    used_first_name = NameField(label=_("Prénom utilisé"), max_length=100, required=False)
    birth_place_code = forms.CharField(
        label=_("Code INSEE du lieu de naissance"),
        help_text=_("Cinq signes : 62491, 2A004 ; 99 et le code du pays à l’étranger ; 99999 si inconnu."),
        max_length=5,
        required=False,
    )
    document = forms.ChoiceField(
        label=_("Document vu"),
        help_text=_("Regardé, pas copié."),
        choices=Document.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez ce que vous avez vu.")},
    )
    why = forms.CharField(
        label=_("Raison de la correction"),
        help_text=_("Demandée pour une identité qui vient du téléservice INSi."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_birth_place_code(self) -> str:
        code: str = self.cleaned_data["birth_place_code"].replace(" ", "").upper()
        if code and not re.fullmatch(r"\d{5}|2[AB]\d{3}", code):
            raise forms.ValidationError(_("Un code INSEE a cinq signes, par exemple 62491."), code="insee")
        return code


class ConfirmForm(forms.Form):
    """The desk confirms a proxy: what was seen."""

    evidence = forms.CharField(
        label=_("Justificatif vu"),
        help_text=_("Par exemple : pièce d’identité et accord écrit de la personne. Pas de copie."),
        max_length=200,
        error_messages={"required": _("Écrivez ce que vous avez vu.")},
    )


class RefuseForm(forms.Form):
    """The desk refuses: the asker reads the reason."""

    reason = forms.CharField(
        label=_("Raison, lue par le demandeur"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez une raison : elle est lue par le demandeur.")},
    )


class ConfirmResetForm(forms.Form):
    """It was the owner who set the password anew: how the desk knows."""

    evidence = forms.CharField(
        label=_("Comment vous l’avez vérifié"),
        help_text=_("Au guichet : pièce d’identité vue. Au téléphone : rappelé au numéro de la fiche."),
        max_length=200,
        error_messages={"required": _("Écrivez comment vous avez vérifié son identité.")},
    )


class BlockForm(forms.Form):
    """It was somebody else: read by the administrator who opens the account again."""

    reason = forms.CharField(
        label=_("Ce que la personne vous a dit"),
        help_text=_("Par exemple : n’a rien demandé, un proche lit sa messagerie."),
        max_length=200,
        error_messages={"required": _("Écrivez ce que la personne vous a dit.")},
    )


class SearchForm(forms.Form):
    """Date of birth first, then at most three letters: fewer slips, and fewer strangers on the screen."""

    born = BirthDateField(label=_("Date de naissance"), help_text=_("Jour, mois, année : 14/03/1980."))
    letters = forms.CharField(
        label=_("Trois lettres du nom ou du prénom"),
        help_text=_("Accents, tirets et majuscules ne comptent pas."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "size": "6"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["born"].widget.attrs["autocomplete"] = "off"


class DeskPatientForm(IdentityForm):
    """Somebody at the desk or on the telephone: neither e-mail nor telephone is required."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The browser must not offer the secretary's own name.
            field.widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = ""


class InsForm(forms.Form):
    """The number as the labelled software shows it, copied with its key."""

    number = forms.CharField(
        label=_("Matricule INS"),
        help_text=_("15 caractères, clé comprise. La Corse s’écrit 2A ou 2B."),
        max_length=25,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Écrivez le matricule.")},
    )
    despite = forms.BooleanField(
        label=_("J’ai vérifié : le matricule est le bon malgré cette différence"), required=False
    )

    def clean_number(self) -> str:
        number = re.sub(r"[\s.]", "", self.cleaned_data["number"]).upper()
        identifiers.ins(number)
        return number
