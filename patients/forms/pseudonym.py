"""A name of one's own choice, and the way back to the civil one."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats.phone import PhoneFormField
from patients.forms.fields import OLDEST
from patients.forms.identity import NamesForm
from patients.models.pseudonym import Channel
from practitioners.models import Practitioner
from practitioners.models.practitioner import PractitionerQuerySet


class AliasField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(**{"label": _("Pseudonyme"), "max_length": 60, "widget": widget, **options})

    def clean(self, value: Any) -> str:
        alias = " ".join(str(super().clean(value)).split())
        if not re.fullmatch(r"[^\W_][\w ’'-]*", alias):
            raise forms.ValidationError(_("Écrivez des lettres et des chiffres, sans symbole."), code="alias")
        return alias


class AliasForm(forms.Form):
    alias = AliasField(
        help_text=_("En entier, comme la personne le dit."),
        error_messages={"required": _("Écrivez le pseudonyme en entier.")},
    )


class PseudonymForm(forms.Form):
    """Nothing of the civil identity is asked: an alias, a year for the age, one channel."""

    alias = AliasField(
        help_text=_("Choisi par la personne. Ni son nom, ni son prénom, ni ses initiales."),
        error_messages={"required": _("Écrivez le pseudonyme choisi par la personne.")},
    )
    birth_year = forms.IntegerField(
        label=_("Année de naissance"),
        help_text=_("L’année seule, pour l’âge."),
        error_messages={
            "required": _("Indiquez l’année de naissance."),
            "invalid": _("Écrivez une année en quatre chiffres, par exemple 1985."),
        },
    )
    practitioner = forms.ModelChoiceField(
        label=_("Professionnel qui le suit"),
        queryset=Practitioner.objects.none(),
        error_messages={
            "required": _("Choisissez un professionnel."),
            "invalid_choice": _("Choisissez un professionnel de la liste."),
        },
    )
    channel = forms.ChoiceField(
        label=_("Comment le joindre"), choices=Channel.choices, widget=forms.RadioSelect, initial=Channel.NONE
    )
    contact = forms.CharField(label=_("Numéro ou adresse e-mail"), max_length=200, required=False)

    def __init__(self, *args: Any, practitioners: PractitionerQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = practitioners  # type: ignore[attr-defined]
        if len(practitioners) == 1:
            self.initial["practitioner"] = practitioners[0]

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if not clock.today().year - OLDEST <= year <= clock.today().year:
            raise forms.ValidationError(_("Cette année n’est pas possible."), code="year")
        return year

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        channel, contact = data.get("channel"), data.get("contact", "").strip()
        if channel == Channel.NONE:
            data["contact"] = ""
        elif not contact:
            self.add_error("contact", _("Écrivez le numéro ou l’adresse du moyen choisi."))
        else:
            data["contact"] = self._reached(str(channel), contact)
        return data

    def _reached(self, channel: str, contact: str) -> Any:
        try:
            if channel == Channel.EMAIL:
                validate_email(contact)
                return contact
            return PhoneFormField(region="FR").clean(contact)
        except forms.ValidationError:
            self.add_error("contact", _("Ce numéro ou cette adresse ne va pas avec le moyen choisi."))
            return ""


class LiftForm(NamesForm):
    """The civil identity, said by the person himself, at his own request."""

    why = forms.CharField(
        label=_("Demande de la personne"),
        help_text=_(
            "Par exemple : demandé de vive voix le jour de la consultation, pour un arrêt de travail."
        ),
        max_length=300,
        error_messages={"required": _("Écrivez comment la personne l’a demandé.")},
    )
    agreed = forms.BooleanField(
        label=_("La personne sait que l’on ne peut pas revenir en arrière"),
        error_messages={"required": _("Dites-le à la personne d’abord.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
