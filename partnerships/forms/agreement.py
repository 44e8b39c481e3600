from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import DayField
from partnerships.models import Agreement, AgreementSuspension
from practitioners.models import Profession


class AgreementForm(forms.ModelForm):
    starts_on = DayField(label=_("À partir du"))
    ends_on = DayField(label=_("Jusqu’au"))
    signed_on = DayField(
        label=_("Signée le"), required=False, help_text=_("Vide : la convention est en préparation.")
    )
    professions = forms.ModelMultipleChoiceField(
        label=_("Spécialités"),
        queryset=Profession.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Agreement
        fields = [
            "title",
            "starts_on",
            "ends_on",
            "signed_on",
            "notice_months",
            "half_days_per_month",
            "seats_per_month",
            "professions",
            "funding",
            "note",
        ]
        localized_fields = ["half_days_per_month"]
        help_texts = {"title": _("Ce pour quoi elle est faite : « Consultations avancées de psychiatrie ».")}

    def clean_half_days_per_month(self) -> Any:
        value = self.cleaned_data["half_days_per_month"]
        if value is not None and value <= 0:
            raise forms.ValidationError(_("Le nombre de demi-journées est supérieur à zéro."))
        return value

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends, signed = (data.get(name) for name in ("starts_on", "ends_on", "signed_on"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("La convention ne peut pas finir avant de commencer."))
        if ends and signed and signed > ends:
            self.add_error("signed_on", _("La convention est signée avant sa fin."))
        if signed and signed > clock.today():
            self.add_error("signed_on", _("Cette date est à venir."))
        return data

    def validate_constraints(self) -> None:
        """Already said beside the fields."""


class SuspensionForm(forms.ModelForm):
    since = DayField(label=_("Du"))
    until = DayField(label=_("Au"), required=False, help_text=_("Vide : jusqu’à nouvel ordre."))

    class Meta:
        model = AgreementSuspension
        fields = ["since", "until", "reason"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("La fin ne peut pas précéder le début."))
        return data

    def validate_constraints(self) -> None:
        """The action answers for overlapping times; the order of dates is said beside the field."""


class EndForm(forms.Form):
    last_day = DayField(label=_("Dernier jour"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=300)
