from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from coordination.models import Lodging, LodgingRequest, Occupancy
from core.web.fields import DayField
from practitioners.models import Internship, Practitioner


class LodgingForm(forms.ModelForm):
    class Meta:
        model = Lodging
        fields = ["name", "address", "notes", "is_active"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}


class DatesForm(forms.ModelForm):
    """From the first to the last day."""

    since = DayField(label=_("Du"))
    until = DayField(label=_("Au (dernier jour)"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Le dernier jour ne peut pas précéder le premier."))
        elif since and until and until - since > timedelta(days=732):
            self.add_error("until", _("Deux ans au plus."))
        return data


class OccupancyForm(DatesForm):
    class Meta:
        model = Occupancy
        fields = [
            *(
                "lodging",
                "occupant",
                "since",
                "until",
                "deposit",
                "keys_out_on",
                "keys_out_by",
                "inventory_in",
            ),
            *("keys_back_on", "keys_back_to", "inventory_out", "deposit_back_on"),
        ]
        field_classes = {"keys_out_on": DayField, "keys_back_on": DayField, "deposit_back_on": DayField}
        widgets = {
            **{
                name: forms.DateInput(attrs={"type": "date", "class": "short-input"}, format="%Y-%m-%d")
                for name in ("keys_out_on", "keys_back_on", "deposit_back_on")
            },
            "inventory_in": forms.Textarea(attrs={"rows": 3}),
            "inventory_out": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        trainees = Practitioner.objects.filter(user__role_assignments__role=Role.INTERN).distinct()
        stayed = Practitioner.objects.filter(internships__isnull=False)
        people = Practitioner.objects.filter(pk__in=trainees.values("pk")) | Practitioner.objects.filter(
            pk__in=stayed.values("pk")
        )
        self.fields["occupant"].queryset = people.order_by("last_name", "first_name")  # type: ignore[attr-defined]
        self.fields["lodging"].queryset = Lodging.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for day, name in (("keys_out_on", "keys_out_by"), ("keys_back_on", "keys_back_to")):
            if bool(data.get(day)) != bool(data.get(name)):
                self.add_error(
                    name if data.get(day) else day, _("Une remise de clés porte une date et une signature.")
                )
        if data.get("keys_back_on") and not data.get("keys_out_on"):
            self.add_error("keys_back_on", _("Les clés n’ont pas encore été remises."))
        # The database would say that it is taken, without naming who lives there: the action does.
        self._validate_constraints = False
        return data


class LodgingRequestForm(DatesForm):
    class Meta:
        model = LodgingRequest
        fields = ["stay", "since", "until", "note"]

    def __init__(self, *args: Any, stays: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stay"].queryset = stays  # type: ignore[attr-defined]
        self.fields["stay"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        stay: Internship | None = data.get("stay")
        since, until = data.get("since"), data.get("until")
        month = timedelta(days=31)
        if stay and since and until and (since < stay.since - month or until > stay.until + month):
            self.add_error("since", _("Ces dates sont trop loin de celles du stage."))
        return data


class AnswerForm(forms.Form):
    lodging = forms.ModelChoiceField(
        label=_("Studio"), queryset=Lodging.objects.filter(is_active=True), required=False
    )
    answer = forms.CharField(label=_("Mot au stagiaire"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "refuse" not in self.data and not data.get("lodging"):
            self.add_error("lodging", _("Choisissez un studio, ou refusez la demande."))
        return data
