"""What people say about themselves and their relatives."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.forms.fields import BirthDateField, NameField, mobile_field, part_helper
from patients.models import Patient
from patients.models.patient import MAJORITY, Sex
from patients.models.proxy import Relation


class IdentityForm(forms.Form):
    """Who the person is, as on the identity document. A part: `prefix` keeps several apart in one <form>."""

    birth_first_names = NameField(
        label=_("Prénoms de naissance"),
        help_text=_("Tous, dans l’ordre de la pièce d’identité."),
        max_length=200,
        error_messages={"required": _("Indiquez le prénom.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    birth_name = NameField(
        label=_("Nom de naissance"),
        max_length=100,
        error_messages={"required": _("Indiquez le nom de naissance.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    used_name = NameField(
        label=_("Nom utilisé"),
        help_text=_("S’il est différent : nom d’époux ou d’épouse, par exemple."),
        max_length=100,
        required=False,
    )
    birth_date = BirthDateField(label=_("Date de naissance"), help_text=_("Jour, mois, année : 14/03/1980."))
    sex = forms.ChoiceField(
        label=_("Sexe"),
        choices=Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une réponse.")},
    )
    phone = mobile_field(required=False, help_text=_("Pour vous prévenir si le professionnel est absent."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = part_helper(*self.fields)

    @classmethod
    def initial_of(cls, patient: Patient) -> dict[str, Any]:
        return {name: getattr(patient, name) for name in cls.base_fields if hasattr(patient, name)}


class NamesForm(IdentityForm):
    """The identity alone, beside a form for the ways to reach the person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["phone"]
        self.helper = part_helper(*self.fields)


class RelativeForm(IdentityForm):
    """Somebody for whom the account wants to act."""

    relation = forms.ChoiceField(
        label=_("Cette personne est"),
        choices=[choice for choice in Relation.choices if choice[0] != Relation.SELF],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez votre lien avec cette personne.")},
    )
    field_order = ["relation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("birth_first_names", "birth_name", "birth_date", "phone"):
            # The browser must not offer the visitor's own name for his child.
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = _("S’il diffère du vôtre.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        born, relation = data.get("birth_date"), data.get("relation")
        if born is None or relation is None:
            return data
        minor = Patient(birth_date=born).is_minor_on(clock.today())
        if relation == Relation.CHILD and not minor:
            self.add_error(
                "relation",
                _(
                    "À partir de %(age)s ans, choisissez « un autre proche » : la maison de santé confirmera"
                    " votre demande avec cette personne."
                )
                % {"age": MAJORITY},
            )
        if relation in {Relation.PARENT, Relation.SPOUSE} and minor:
            self.add_error("birth_date", _("Cette personne serait mineure. Vérifiez la date ou le lien."))
        return data


class ContactForm(forms.ModelForm):
    """How to reach the person; changes nothing of the identity."""

    phone = mobile_field(required=False)
    # Longer than the column: people type « 62 840 ».
    postal_code = forms.CharField(
        label=_("Code postal"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )

    class Meta:
        model = Patient
        fields = ("email", "phone", "address", "postal_code", "city")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = part_helper(*self.fields)

    def clean_postal_code(self) -> str:
        code: str = self.cleaned_data["postal_code"].replace(" ", "")
        if code and not re.fullmatch(r"\d{5}", code):
            raise forms.ValidationError(_("Un code postal a cinq chiffres."), code="postal_code")
        return code
