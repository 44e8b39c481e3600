"""The two registers: what the team writes for itself, and what a doctor delegates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import VisitReason
from coordination.models import AdverseEvent, CooperationProtocol, Delegate, Protocol
from core import clock
from core.web.fields import DayField
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


def _named(field: Any) -> None:
    field.label_from_instance = lambda one: f"{one.display_name} ({one.profession_name})"


class ProtocolForm(forms.ModelForm):
    content = forms.CharField(
        label=_("Contenu"),
        max_length=30000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Pour qui, qui fait quoi, quand, quels documents. Une ligne vide sépare les paragraphes."
        ),
    )
    review_on = DayField(label=_("À revoir le"))

    class Meta:
        model = Protocol
        fields = ["title", "theme", "owner", "professions"]
        widgets = {"professions": forms.CheckboxSelectMultiple}
        error_messages = {"professions": {"required": _("Cochez au moins une profession.")}}

    field_order = ("title", "theme", "owner", "professions", "content", "review_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        members = Practitioner.objects.active().filter(kind=Kind.MEMBER).select_related("profession")
        field.queryset = members  # type: ignore[attr-defined]
        _named(field)

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choisissez une date à venir."))
        return day


class ConfirmForm(forms.Form):
    """« Confirmer cette version »: nothing but the day of the next review."""

    review_on = DayField(label=_("Prochaine revue"))

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day <= clock.today():
            raise forms.ValidationError(_("Choisissez une date à venir."))
        return day


class CooperationForm(forms.ModelForm):
    """Questions one a line; « ! » before a question means that a yes excludes."""

    questions = forms.CharField(
        label=_("Questions posées à la réservation"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Une par ligne, en mots simples. Commencez par « ! » la question dont un « oui » exclut le patient."
        ),
    )

    class Meta:
        model = CooperationProtocol
        fields = ["title", "level", "reference", "acts", "doctors", "reasons", "keeping", "start_on"]
        field_classes = {"start_on": DayField}
        widgets = {
            "doctors": forms.CheckboxSelectMultiple,
            "reasons": forms.CheckboxSelectMultiple,
            "level": forms.RadioSelect,
            "keeping": forms.RadioSelect,
        }
        help_texts = {
            "reference": _("Arrêté et date, ou numéro de la déclaration."),
            "reasons": _("Réservables seulement avec une personne formée et déléguée."),
        }
        error_messages = {"doctors": {"required": _("Cochez au moins un médecin.")}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Practitioner.objects.active().filter(kind=Kind.MEMBER).select_related("profession")
        self.fields["doctors"].queryset = members.filter(profession__is_medical_doctor=True)  # type: ignore[attr-defined]
        _named(self.fields["doctors"])
        reasons = VisitReason.objects.filter(is_active=True, practitioner__in=members).exclude(
            practitioner__profession__is_medical_doctor=True
        )
        field: Any = self.fields["reasons"]
        field.queryset = reasons.select_related("practitioner").order_by("practitioner__last_name", "name")
        field.label_from_instance = lambda one: f"{one.practitioner.display_name} · {one.name}"
        if self.instance.pk:
            lines = [
                f"{'! ' if one.is_exclusion else ''}{one.question}" for one in self.instance.criteria.all()
            ]
            self.initial["questions"] = "\n".join(lines)

    def clean_questions(self) -> list[tuple[str, bool]]:
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(lines) > 15 or any(len(line) > 300 for line in lines):
            raise forms.ValidationError(_("Quinze questions au plus, de 300 signes au plus."))
        return [(line.lstrip("! ").strip(), line.startswith("!")) for line in lines]


class DelegateForm(forms.ModelForm):
    class Meta:
        model = Delegate
        fields = ["practitioner", "trained_on", "training", "since", "valid_until"]
        field_classes = {"trained_on": DayField, "since": DayField, "valid_until": DayField}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["practitioner"]
        members = Practitioner.objects.active().filter(kind=Kind.MEMBER).select_related("profession")
        field.queryset = members.exclude(profession__is_medical_doctor=True)
        _named(field)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        trained, since, until = (data.get(name) for name in ("trained_on", "since", "valid_until"))
        if trained and since and trained > since:
            self.add_error("since", _("La formation précède la délégation."))
        if since and until and until < since:
            self.add_error("valid_until", _("La fin ne peut pas précéder le début."))
        return data

    def validate_unique(self) -> None:
        """The same person again is a renewal."""


class EventForm(forms.ModelForm):
    class Meta:
        model = AdverseEvent
        fields = ["happened_on", "severity", "description"]
        field_classes = {"happened_on": DayField}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Cette date n’est pas encore passée."))
        return day


class DayForm(forms.Form):
    day = DayField(label=_("Dernier jour"))
