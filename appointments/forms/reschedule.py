"""Another time for a visit, typed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from appointments.placing import Wish
from core import clock
from core.web.fields import DayField, HourField
from practitioners.models import Practitioner, Room


class RescheduleForm(forms.Form):
    """« Déplacer à … ». A room is named only where it is dropped on one."""

    practitioner = forms.TypedChoiceField(label=_("Avec qui"), coerce=int)
    day = DayField(label=_("Jour"), error_messages={"required": _("Indiquez le jour.")})
    hour = HourField(label=_("Heure"), error_messages={"required": _("Indiquez l’heure.")})
    minutes = forms.IntegerField(
        label=_("Durée (minutes)"),
        min_value=5,
        max_value=480,
        widget=forms.NumberInput(attrs={"class": "short-input", "step": 5}),
        error_messages={"required": _("Indiquez la durée.")},
    )
    room = forms.ModelChoiceField(
        Room.objects.all(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Cette salle n’existe pas.")},
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, visit: Appointment, people: Sequence[Practitioner], data: Any = None) -> None:
        start = clock.local(visit.start_at)
        super().__init__(
            data,
            initial={
                "practitioner": visit.practitioner_id,
                "day": start.date(),
                "hour": start.time(),
                "minutes": int((visit.end_at - visit.start_at).total_seconds() // 60),
                "seen": f"{start:%Y-%m-%dT%H:%M}",
            },
        )
        self.people = {one.pk: one for one in people}
        self.fields["practitioner"].choices = [(pk, one.display_name) for pk, one in self.people.items()]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not clock.today() <= day <= date(clock.today().year + 2, 12, 31):
            raise forms.ValidationError(_("Choisissez un jour à venir."), code="past")
        return day

    def wish(self) -> Wish:
        data = self.cleaned_data
        start_at = clock.at(data["day"], data["hour"])
        return Wish(start_at, self.people[data["practitioner"]], data["minutes"], data["room"])

    def seen_at(self) -> datetime | None:
        """The start that was on the screen."""
        seen: datetime | None = self.cleaned_data["seen"]
        return seen
