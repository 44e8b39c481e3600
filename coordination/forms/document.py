"""What is said of a document, and what is decided about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import Document, DocumentKind
from core import clock
from core.uploads.fields import FilesField
from core.web.fields import DayField
from patients.models import Patient
from practitioners.models import Practitioner
from practitioners.models.practitioner import PractitionerQuerySet


class PastDayField(DayField):
    def __init__(self, **options: Any) -> None:
        sentences = {
            "required": _("Indiquez la date écrite sur le document."),
            "invalid": _("Écrivez la date comme ceci : 14/03/2026."),
        }
        super().__init__(**{"error_messages": sentences, **options})

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not date(1900, 1, 1) <= day <= clock.today():
            raise forms.ValidationError(_("Cette date n’est pas possible. Vérifiez l’année."), code="future")
        return day


class FilingForm(forms.Form):
    """What a document is, without its file: when it is taken into the record."""

    kind = forms.ChoiceField(label=_("Nature"), choices=DocumentKind.choices, initial=DocumentKind.OTHER)
    dated_on = PastDayField(label=_("Date du document"))
    title = forms.CharField(
        label=_("Titre"),
        help_text=_("Vide : la nature et la date."),
        max_length=112,
        required=False,
    )
    source = forms.CharField(
        label=_("Auteur ou provenance"),
        help_text=_("Par exemple : Dr Martin, cardiologue, CH d’Armentières."),
        max_length=120,
        required=False,
    )
    note = forms.CharField(
        label=_("Note pour l’équipe"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_shared = forms.BooleanField(
        label=_("Le patient peut le lire dans son espace"), required=False, initial=False
    )

    @classmethod
    def initial_of(cls, document: Document) -> dict[str, Any]:
        found = {name: getattr(document, name) for name in cls.base_fields if hasattr(document, name)}
        return found | {"is_shared": document.is_shared}


class DocumentForm(FilingForm):
    """Files of one kind, added by who cares for the patient."""

    documents = FilesField(label=_("Fichiers"))
    field_order = ["documents"]


class SendForm(forms.Form):
    """From the patient's space: few questions, the professional says the rest when he files it."""

    documents = FilesField(label=_("Vos fichiers"))
    patient = forms.ModelChoiceField(
        label=_("Pour qui"),
        queryset=Patient.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choisissez une personne de la liste.")},
    )
    to = forms.ModelChoiceField(
        label=_("À quel professionnel ?"),
        queryset=Practitioner.objects.none(),
        empty_label=_("Choisissez dans la liste"),
        error_messages={
            "required": _("Choisissez un professionnel."),
            "invalid_choice": _("Ce professionnel ne suit pas cette personne. Choisissez dans la liste."),
        },
    )
    kind = forms.ChoiceField(label=_("De quoi s’agit-il ?"), choices=DocumentKind.choices)
    note = forms.CharField(
        label=_("Un mot pour le professionnel"),
        help_text=_("Il n’est pas lu tout de suite. En cas d’urgence, appelez le 15."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: Any, receivers: PractitionerQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["patient"].queryset = people  # type: ignore[attr-defined]
        self.fields["to"].queryset = receivers  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["patient"].widget = forms.HiddenInput()
            self.initial["patient"] = people[0]


class DepositForm(forms.Form):
    """Over the desk: a letter that came by post, for one professional. The desk says from when, not what it says."""

    documents = FilesField(label=_("Fichiers"))
    to = forms.ModelChoiceField(
        label=_("Pour"),
        queryset=Practitioner.objects.none(),
        empty_label=_("Choisissez dans la liste"),
        error_messages={
            "required": _("Choisissez un professionnel."),
            "invalid_choice": _("Choisissez un professionnel de la liste."),
        },
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=DocumentKind.choices, initial=DocumentKind.LETTER)
    dated_on = PastDayField(label=_("Date du document"))
    source = forms.CharField(label=_("Auteur ou provenance"), max_length=120, required=False)

    def __init__(self, *args: Any, receivers: PractitionerQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = receivers  # type: ignore[attr-defined]


class ReplaceForm(forms.Form):
    documents = FilesField(label=_("Nouvelle version"), several=False)
    note = forms.CharField(label=_("Ce qui a changé"), max_length=1000, required=False)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Raison du retrait"),
        help_text=_("Elle reste écrite dans le dossier. Par exemple : document d’une autre personne."),
        max_length=300,
        error_messages={"required": _("Écrivez la raison : elle reste dans le dossier.")},
    )


class ReturnForm(forms.Form):
    answer = forms.CharField(
        label=_("Votre réponse, lue par l’expéditeur"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez une phrase : elle est lue par l’expéditeur.")},
    )
