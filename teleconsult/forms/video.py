"""What is typed before, during and after a visit by video."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models.note import LONGEST_TEXT
from core.formats.phone import PhoneFormField
from teleconsult.actions.invite_third import Guest
from teleconsult.models import ThirdKind


class BirthDateForm(forms.Form):
    """What whoever was meant by the link knows, and whoever it was forwarded to does not."""

    birth_date = forms.DateField(
        label=_("Votre date de naissance"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y"],
        help_text=_("Celle de la personne qui a rendez-vous, par exemple 14/03/1980."),
        widget=forms.DateInput(
            attrs={"inputmode": "numeric", "autocomplete": "bday", "maxlength": "10", "class": "short-input"}
        ),
        error_messages={
            "required": _("Écrivez la date de naissance."),
            "invalid": _("Écrivez la date comme ceci : 14/03/1980."),
        },
    )


class RefusalForm(forms.Form):
    note = forms.CharField(
        label=_("Un mot pour la personne"),
        max_length=200,
        required=False,
        help_text=_("Elle le lit tout de suite. Par exemple : « Je vous rappelle dans dix minutes. »"),
    )


class ThirdForm(forms.Form):
    name = forms.CharField(
        label=_("Son nom, comme il sera montré"),
        max_length=100,
        error_messages={"required": _("Écrivez le nom de la personne.")},
    )
    kind = forms.ChoiceField(label=_("Qui est-ce ?"), choices=ThirdKind, widget=forms.RadioSelect)
    email = forms.EmailField(label=_("Son e-mail"), required=False)
    phone = PhoneFormField(
        label=_("Ou son mobile"),
        required=False,
        help_text=_("Sans e-mail ni mobile, le lien s’affiche : lisez-le ou recopiez-le."),
    )
    agreed = forms.BooleanField(
        label=_("Le patient est d’accord pour que cette personne voie et entende"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("email") and data.get("phone"):
            self.add_error("phone", _("Choisissez l’e-mail ou le mobile, pas les deux."))
        return data

    def guest(self) -> Guest:
        data = self.cleaned_data
        return Guest(data["name"], ThirdKind(data["kind"]), data["email"], str(data["phone"] or ""))


class ReportForm(forms.Form):
    """May stay empty: the report can be written later from the same screen."""

    text = forms.CharField(
        label=_("Compte rendu"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Il rejoint le dossier du patient. Son médecin traitant et son équipe le trouvent à lire."
        ),
    )
