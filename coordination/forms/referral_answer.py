"""What is written when one accepts, answers, passes on, reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import VisitReason
from appointments.models.series import MOST_SESSIONS
from coordination.actions.answer_referral import Plan
from coordination.actions.report_referral import Account, Measure
from coordination.forms.referral import TargetField, WordFields
from coordination.models import Proposal
from practitioners.models import Practitioner, Profession

MEASURES = 4
KNOWN_MEASURES = ("TUG", "Tinetti", "Appui unipodal", "Périmètre de marche", "Douleur (EVA)", "Poids")


class AcceptForm(forms.Form):
    """For what, how many, how often: the patient then chooses his times himself."""

    reason = forms.ModelChoiceField(
        label=_("Motif à réserver"),
        queryset=VisitReason.objects.none(),
        required=False,
        empty_label=_("Je fixe les rendez-vous moi-même"),
        error_messages={"invalid_choice": _("Choisissez un de vos motifs.")},
    )
    sessions = forms.IntegerField(
        label=_("Séances"),
        min_value=1,
        max_value=MOST_SESSIONS,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SESSIONS}),
        error_messages={
            "required": _("Indiquez le nombre de séances."),
            "invalid": _("Écrivez un nombre entier."),
            "min_value": _("Au moins une séance."),
            "max_value": _("Soixante séances au plus."),
        },
    )
    per_week = forms.TypedChoiceField(
        label=_("Par semaine"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 6)],
        initial=2,
    )

    def __init__(self, practitioner: Practitioner, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reasons = VisitReason.objects.filter(practitioner=practitioner, is_active=True)
        self.fields["reason"].queryset = reasons.order_by("position", "name")  # type: ignore[attr-defined]

    def plan(self) -> Plan | None:
        data = self.cleaned_data
        if data["reason"] is None:
            return None
        return Plan(data["reason"], data["sessions"], data["per_week"])


class RedirectForm(WordFields):
    target = TargetField(label=_("Vers qui"))
    words = forms.CharField(
        label=_("Pourquoi"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ("target", "words")

    def __init__(
        self, people: Sequence[Practitioner], away: dict[int, datetime], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["target"]
        assert isinstance(field, TargetField)
        field.offer(people, away)
        self.targets = field

    def chosen(self) -> tuple[Practitioner | None, Profession | None]:
        return self.targets.value_of(self.cleaned_data["target"])


class ReportForm(forms.Form):
    done = forms.CharField(
        label=_("Ce qui a été fait"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Écrivez ce qui a été fait.")},
    )
    proposal = forms.ChoiceField(
        label=_("Proposition"),
        choices=Proposal,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites ce que vous proposez.")},
    )
    advice = forms.CharField(
        label=_("Conseils pour la suite"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        short = {"class": "short-input", "step": "any", "inputmode": "decimal"}
        for number in range(1, MEASURES + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Mesure"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "measures", "autocomplete": "off"}),
            )
            self.fields[f"unit_{number}"] = forms.CharField(label=_("Unité"), required=False, max_length=20)
            for when, label in (("before", _("Avant")), ("after", _("Après"))):
                self.fields[f"{when}_{number}"] = forms.DecimalField(
                    label=label,
                    required=False,
                    max_digits=8,
                    decimal_places=2,
                    localize=True,
                    widget=forms.TextInput(attrs=short),
                    error_messages={"invalid": _("Écrivez un nombre, par exemple 13,5.")},
                )

    @property
    def measure_rows(self) -> Iterator[list[Any]]:
        for number in range(1, MEASURES + 1):
            yield [self[f"{part}_{number}"] for part in ("name", "unit", "before", "after")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        seen = set()
        for number in range(1, MEASURES + 1):
            name = (data.get(f"name_{number}") or "").strip()
            has_value = any(data.get(f"{when}_{number}") is not None for when in ("before", "after"))
            if has_value and not name:
                self.add_error(f"name_{number}", _("Nommez cette mesure."))
            if name and not has_value and f"before_{number}" in data and f"after_{number}" in data:
                self.add_error(f"after_{number}", _("Notez au moins une valeur."))
            if name and name in seen:
                self.add_error(f"name_{number}", _("Cette mesure est déjà notée."))
            seen.add(name)
        return data

    def account(self) -> Account:
        data = self.cleaned_data
        measures = [
            Measure(
                data[f"name_{number}"].strip(),
                data[f"unit_{number}"].strip(),
                data[f"before_{number}"],
                data[f"after_{number}"],
            )
            for number in range(1, MEASURES + 1)
            if data[f"name_{number}"].strip()
        ]
        return Account(data["done"], Proposal(data["proposal"]), data["advice"], measures)
