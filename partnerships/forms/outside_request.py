"""What somebody writes who has no account here, or who asks for himself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import Urgency
from core import clock
from core.formats import identifiers
from core.formats.phone import PhoneFormField
from core.uploads.fields import FilesField
from partnerships.actions.write_request import Letter
from partnerships.forms.request import PastDay, SectionFields
from partnerships.models import IntakeLink, LetterTemplate, RequestIdentity, RequestSender
from patients.models import Patient
from patients.models.consent import Means
from patients.models.patient import Sex
from patients.models.pseudonym import Channel

OLDEST = 1900


class BirthDay(PastDay):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if isinstance(day, date) and day.year < OLDEST:
            raise forms.ValidationError(_("Cette date n’est pas possible. Vérifiez l’année."), code="past")
        return day


class OutsideRequestForm(SectionFields):
    sender_name = forms.CharField(
        label=_("Votre nom"), max_length=120, error_messages={"required": _("Écrivez votre nom.")}
    )
    sender_rpps = forms.CharField(
        label=_("Votre RPPS"), max_length=11, required=False, validators=[identifiers.rpps]
    )
    sender_email = forms.EmailField(
        label=_("Votre e-mail"),
        help_text=_("Pour l’accusé de réception et la réponse. Rien de médical n’y est écrit."),
        error_messages={"required": _("Écrivez votre e-mail : la réponse y arrive.")},
    )
    sender_phone = PhoneFormField(label=_("Votre téléphone"), required=False)
    birth_name = forms.CharField(
        label=_("Nom de naissance"),
        max_length=100,
        error_messages={"required": _("Écrivez le nom de naissance.")},
    )
    birth_first_names = forms.CharField(
        label=_("Prénom"), max_length=100, error_messages={"required": _("Écrivez le prénom.")}
    )
    birth_date = BirthDay(
        label=_("Date de naissance"),
        error_messages={
            "required": _("Écrivez la date de naissance."),
            "invalid": _("Écrivez la date comme ceci : 14/03/1980."),
        },
    )
    sex = forms.ChoiceField(label=_("Sexe"), choices=Sex, initial=Sex.UNKNOWN, widget=forms.RadioSelect)
    phone = PhoneFormField(
        label=_("Téléphone du patient"), required=False, help_text=_("Pour lui proposer une date.")
    )
    question = forms.CharField(
        label=_("Ce que vous demandez"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez en quelques mots ce que vous demandez.")},
    )
    facts = forms.CharField(
        label=_("À savoir"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Antécédents, traitements, allergies."),
    )
    urgency = forms.ChoiceField(
        label=_("Urgence"),
        choices=Urgency,
        initial=Urgency.ROUTINE,
        widget=forms.RadioSelect,
        help_text=_("En cas d’urgence vitale, appelez le 15."),
    )
    others = FilesField(label=_("Pièces jointes"), required=False)
    consent = forms.BooleanField(
        label=_("Mon patient est d’accord pour que cette lettre soit lue par l’équipe de cette consultation"),
        error_messages={"required": _("Sans l’accord du patient, la demande ne peut pas partir.")},
    )

    def __init__(self, template: LetterTemplate | None, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ask(template)

    def sender(self) -> RequestSender:
        data = self.cleaned_data
        return RequestSender(
            name=data["sender_name"].strip(),
            rpps=data["sender_rpps"],
            email=data["sender_email"],
            phone=data["sender_phone"],
        )

    def identity(self) -> RequestIdentity:
        data = self.cleaned_data
        names = ("birth_name", "birth_first_names")
        return RequestIdentity(
            **{name: data[name].strip() for name in names},
            birth_date=data["birth_date"],
            sex=data["sex"],
            phone=data["phone"],
        )

    def letter(self) -> Letter:
        data = self.cleaned_data
        return Letter(
            question=data["question"],
            facts=data["facts"],
            urgency=data["urgency"],
            consent_means=Means.ORAL,
            consent_on=clock.today(),
            **self.letter_parts(),
        )


class OwnRequestForm(forms.Form):
    patient = forms.ModelChoiceField(
        label=_("Pour qui"),
        queryset=Patient.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choisissez une personne de la liste.")},
    )
    question = forms.CharField(
        label=_("Ce que vous cherchez"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Quelques mots suffisent. Ils sont lus par l’équipe de cette consultation."),
        error_messages={"required": _("Écrivez quelques mots : ils nous aident à vous répondre.")},
    )

    def __init__(self, people: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["patient"].queryset = people  # type: ignore[attr-defined]
        first = list(people[:2])
        if len(first) == 1:
            self.fields["patient"].widget = forms.HiddenInput()
            self.initial["patient"] = first[0]


class NamelessRequestForm(forms.Form):
    alias = forms.CharField(
        label=_("Un nom de votre choix"),
        max_length=60,
        help_text=_("Ce que vous direz à l’accueil. Pas votre vrai nom."),
        error_messages={"required": _("Choisissez un nom : vous le direz à l’accueil.")},
    )
    birth_year = forms.IntegerField(
        label=_("Année de naissance"),
        min_value=OLDEST,
        widget=forms.NumberInput(attrs={"class": "short-input"}),
        error_messages={
            "required": _("Écrivez votre année de naissance."),
            "invalid": _("Écrivez une année, par exemple 1985."),
            "min_value": _("Cette année n’est pas possible."),
        },
    )
    channel = forms.ChoiceField(
        label=_("Comment vous joindre"), choices=Channel, initial=Channel.NONE, widget=forms.RadioSelect
    )
    phone = PhoneFormField(label=_("Votre téléphone"), required=False)
    email = forms.EmailField(label=_("Votre e-mail"), required=False)
    question = forms.CharField(
        label=_("Ce que vous cherchez"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez quelques mots : ils nous aident à vous répondre.")},
    )

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if year > clock.today().year:
            raise forms.ValidationError(_("Cette année n’est pas possible."), code="future")
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = {Channel.PHONE: "phone", Channel.SMS: "phone", Channel.EMAIL: "email"}
        name = wanted.get(data.get("channel"))  # type: ignore[arg-type]
        if name and not data.get(name) and name not in self.errors:
            self.add_error(name, _("Écrivez comment vous joindre, ou choisissez de rappeler vous-même."))
        return data

    def identity(self) -> RequestIdentity:
        """Only the way to reach him that he chose is kept."""
        data, channel = self.cleaned_data, self.cleaned_data["channel"]
        return RequestIdentity(
            alias=data["alias"].strip(),
            birth_year=data["birth_year"],
            channel=channel,
            phone=data["phone"] if channel in (Channel.PHONE, Channel.SMS) else "",
            email=data["email"] if channel == Channel.EMAIL else "",
        )


class IntakeLinkForm(forms.ModelForm):
    until = forms.DateField(
        label=_("Valable jusqu’au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short-input"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = IntakeLink
        fields = ("name", "email", "until")

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("Cette date est passée."), code="past")
        return day
