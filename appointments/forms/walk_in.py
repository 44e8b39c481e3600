"""Two fields to wait, and one more for the team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import VisitReason
from core import clock
from core.web.fields import DayField
from practitioners.house import the_house
from practitioners.models import Place, Practitioner, Profession


class WalkInForm(forms.Form):
    """« Avec qui » is a profession (p-12) or a person (n-34)."""

    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Indiquez au moins un prénom.")},
    )
    wanted = forms.ChoiceField(label=_("Avec qui"), error_messages={"required": _("Choisissez avec qui.")})
    place = forms.TypedChoiceField(label=_("Lieu"), coerce=int)
    note = forms.CharField(
        label=_("Note pour l’équipe"),
        help_text=_("Jamais affichée aux patients."),
        max_length=200,
        required=False,
    )

    def __init__(self, people: Sequence[Practitioner], data: Any = None) -> None:
        super().__init__(data, prefix="venue")
        self.professions = {f"p-{one.profession_id}": one.profession for one in people}
        self.people = {f"n-{one.pk}": one for one in people}
        self.places = the_house().places
        self.fields["wanted"].choices = [  # type: ignore[attr-defined]
            (_("Une profession"), [(key, one.name) for key, one in self.professions.items()]),
            (_("Une personne"), [(key, one.display_name) for key, one in self.people.items()]),
        ]
        self.fields["place"].choices = [(pk, place.name) for pk, place in self.places.items()]  # type: ignore[attr-defined]
        if len(self.places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = next(iter(self.places))

    @property
    def chosen(self) -> dict[str, Any]:
        """Only after `is_valid`: what the action wants."""
        data = self.cleaned_data
        profession: Profession | None = self.professions.get(data["wanted"])
        practitioner: Practitioner | None = self.people.get(data["wanted"])
        place: Place = self.places[data["place"]]
        return {
            "place": place,
            "first_name": data["first_name"],
            "profession": profession,
            "practitioner": practitioner,
            "note": data["note"],
        }


class RecogniseForm(forms.Form):
    """The national way to look for somebody: date of birth first."""

    naissance = DayField(
        label=_("Date de naissance"), error_messages={"required": _("Indiquez la date de naissance.")}
    )
    lettres = forms.CharField(
        label=_("Premières lettres du nom"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "short-input", "autocomplete": "off"}),
    )

    def clean_naissance(self) -> date:
        born: date = self.cleaned_data["naissance"]
        if not date(1880, 1, 1) <= born <= clock.today():
            raise forms.ValidationError(_("Cette date de naissance n’est pas possible."), code="born")
        return born


class SeatForm(forms.Form):
    reason = forms.ChoiceField(label=_("Avec qui et pour quoi"))

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None) -> None:
        super().__init__(data)
        self.reasons = {str(one.pk): one for one in reasons}
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.practitioner.display_name} · {one.name}") for key, one in self.reasons.items()
        ]

    @property
    def chosen(self) -> VisitReason:
        return self.reasons[self.cleaned_data["reason"]]
