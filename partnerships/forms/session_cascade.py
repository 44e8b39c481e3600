"""From when to when a partner does not come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import DayField
from partnerships.models import ConsultationSession, Partner
from practitioners.models import Practitioner


class PartnerAbsenceForm(forms.Form):
    practitioner = forms.ModelChoiceField(
        label=_("Qui ne vient pas"),
        queryset=Practitioner.objects.none(),
        required=False,
        empty_label=_("Tout le partenaire"),
    )
    first_day = DayField(label=_("Du"))
    last_day = DayField(label=_("Au"))
    reason = forms.CharField(label=_("Pourquoi"), max_length=300)

    def __init__(self, *args: Any, partner: Partner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.partner = partner
        coming = ConsultationSession.objects.standing().coming().filter(programme__partner=partner)
        holders = Practitioner.objects.filter(pk__in=coming.values("practitioner"))
        self.fields["practitioner"].queryset = holders.with_names()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if last and last < clock.today():
            self.add_error("last_day", _("Cette date est passée."))
        elif first and last and last < first:
            self.add_error("last_day", _("La dernière date ne peut pas précéder la première."))
        return data

    def sessions(self) -> Sequence[ConsultationSession]:
        """Those that would fall away, the nearest first. Only after `is_valid`."""
        data = self.cleaned_data
        found = ConsultationSession.objects.standing().coming().filter(programme__partner=self.partner)
        found = found.filter(
            start_at__gte=clock.day_bounds(data["first_day"])[0],
            start_at__lt=clock.day_bounds(data["last_day"])[1],
        )
        if data["practitioner"] is not None:
            found = found.filter(practitioner=data["practitioner"])
        rows = found.select_related("programme__partner", "practitioner", "room")
        return list(rows.order_by("start_at", "pk"))
