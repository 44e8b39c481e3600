"""What is said about the sharing of a record, by the patient or in front of him."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.forms.desk import SearchForm
from patients.models.consent import Means
from patients.models.emergency import Verdict
from practitioners.models import Practitioner

SHORTEST_JUSTIFICATION = 20


class WordForm(forms.Form):
    """The professional notes what he told the patient, or what the patient agreed to."""

    means = forms.ChoiceField(
        label=_("Comment"),
        choices=[(one.value, one.label) for one in (Means.ORAL, Means.WRITTEN)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si c’était de vive voix ou par écrit.")},
    )
    given_on = forms.DateField(
        label=_("Le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Indiquez le jour."),
            "invalid": _("Écrivez la date comme ceci : 14/03/2026."),
        },
    )
    scope = forms.CharField(
        label=_("Ce qui est partagé, et avec qui"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez en une phrase ce que la personne a entendu.")},
    )

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Ce jour n’est pas encore passé."), code="future")
        return day


class RecogniseForm(forms.Form):
    """Whom the patient adds to those who care for him."""

    practitioner = forms.ModelChoiceField(
        label=_("Ajouter un professionnel"),
        queryset=Practitioner.objects.none(),
        empty_label=_("Choisissez dans la liste"),
        error_messages={
            "required": _("Choisissez un professionnel."),
            "invalid_choice": _("Choisissez un professionnel de la liste."),
        },
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = others  # type: ignore[attr-defined]


class EmergencyForm(SearchForm):
    """Who, and why it cannot wait. The reason is read by the patient."""

    justification = forms.CharField(
        label=_("Pourquoi cela ne peut pas attendre"),
        help_text=_("Cette phrase est lue par le patient et par la coordination."),
        min_length=SHORTEST_JUSTIFICATION,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Écrivez pourquoi : sans raison écrite, le dossier reste fermé."),
            "min_length": _("Écrivez une phrase entière : au moins 20 signes."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letters = self.fields["letters"]
        letters.required = True
        letters.error_messages["required"] = _("Écrivez les premières lettres du nom ou du prénom.")


class ReviewForm(forms.Form):
    """The coordinator's verdict on an emergency access."""

    verdict = forms.ChoiceField(
        label=_("Votre avis"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un avis.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
