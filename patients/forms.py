"""Shape and wording of what people say about themselves and their relatives."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from core import clock
from core.formats.phone import PhoneFormField
from patients.models import NoticePreference, Patient
from patients.models.correction import Document
from patients.models.patient import MAJORITY, Sex
from patients.models.proxy import Relation

OLDEST = 125
# Digits and signs in a name are slips of the keyboard; letters of every alphabet, marks and hyphens are names.
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’\-. ])*")


class NameField(forms.CharField):
    """A civil name: blanks tidied, apostrophe made typographic."""

    default_error_messages = {
        "invalid": _("Écrivez ce nom avec des lettres, sans chiffre ni symbole."),
    }

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        name = " ".join(name.replace("'", "’").split())
        if name and not NAME.fullmatch(name):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return name


class BirthDateField(forms.DateField):
    """Typed as people write it (14/03/1980, 14.3.1980, 14031980) or given by a machine (1980-03-14)."""

    FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y")
    default_error_messages = {
        "required": _("Indiquez la date de naissance."),
        "invalid": _("Écrivez la date comme ceci : 14/03/1980."),
        "future": _("Cette date est dans l’avenir. Vérifiez l’année."),
        "implausible": _("Cette date est trop ancienne. Vérifiez l’année."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(
            format="%d/%m/%Y",
            attrs={"inputmode": "numeric", "autocomplete": "bday", "maxlength": "10", "size": "10"},
        )
        kwargs.setdefault("widget", widget)
        super().__init__(input_formats=list(self.FORMATS), **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is None:
            return None
        today = clock.today()
        if day > today:
            raise forms.ValidationError(self.error_messages["future"], code="future")
        if day.year < today.year - OLDEST:
            raise forms.ValidationError(self.error_messages["implausible"], code="implausible")
        return day


def part_helper(*fields: str) -> FormHelper:
    """Fields only: the page around writes the <form>, so that several parts share one."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def mobile_field(**kwargs: Any) -> PhoneFormField:
    return PhoneFormField(
        label=_("Téléphone"),
        region="FR",
        # Written as people of the region write it: 06 12 34 56 78.
        widget=RegionalPhoneNumberWidget(region="FR", attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": _("Écrivez un numéro de téléphone, par exemple 06 12 34 56 78.")},
        **kwargs,
    )


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


class NoticeForm(forms.ModelForm):
    """By which way, and when. Confirmations and cancellations always leave."""

    language = forms.ChoiceField(
        label=_("Langue des messages"),
        choices=[("fr", "Français"), ("en", "English")],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = NoticePreference
        fields = ("by_email", "by_sms", "week_before", "days_before", "hours_before")

    def __init__(self, *args: Any, has_phone: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_phone = has_phone
        self.helper = part_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("by_email") and not data.get("by_sms"):
            self.add_error(
                "by_email",
                _("Gardez au moins un moyen de vous joindre : une annulation doit pouvoir vous parvenir."),
            )
        if data.get("by_sms") and not self.has_phone:
            self.add_error("by_sms", _("Indiquez d’abord un numéro de téléphone mobile dans votre identité."))
        return data


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
