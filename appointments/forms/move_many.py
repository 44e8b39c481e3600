"""Which visits of a day, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.actions.move_many import Order
from appointments.models import Appointment
from appointments.moving_many import AFTERNOON, MORNING, Target
from core import clock
from core.web.fields import DayField
from practitioners.models import Practitioner

MOST = 60


class MoveManyForm(forms.Form):
    vers = forms.ChoiceField(label=_("Vers qui"))
    nouveau = DayField(label=_("Quel jour"), error_messages={"required": _("Choisissez le jour.")})
    moment = forms.ChoiceField(
        label=_("Moment"),
        required=False,
        choices=[("", _("Toute la journée")), (MORNING, _("Le matin")), (AFTERNOON, _("L’après-midi"))],
    )

    def __init__(
        self,
        people: Sequence[Practitioner],
        visits: Sequence[Appointment],
        data: QueryDict | None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.people = {one.slug: one for one in people}
        self.visits = {visit.reference: visit for visit in visits}
        self.chosen = (
            [ref for ref in data.getlist("rdv") if ref in self.visits] if data else list(self.visits)
        )
        self.fields["vers"].choices = [(slug, one.display_name) for slug, one in self.people.items()]  # type: ignore[attr-defined]

    def clean_nouveau(self) -> date:
        day: date = self.cleaned_data["nouveau"]
        if not 0 <= (day - clock.today()).days <= 366:
            raise forms.ValidationError(_("Choisissez un jour d’ici un an."), code="day")
        return day

    def clean(self) -> dict[str, Any]:
        if not self.chosen:
            self.add_error(None, _("Cochez au moins un rendez-vous."))
        return super().clean() or self.cleaned_data

    @property
    def selected(self) -> list[Appointment]:
        return [visit for reference, visit in self.visits.items() if reference in self.chosen][:MOST]

    @property
    def target(self) -> Target:
        data = self.cleaned_data
        return Target(self.people[data["vers"]], data["nouveau"], data["moment"])

    def orders(self, lines: Sequence[str]) -> list[Order]:
        """What the confirmation sends back; anything else is left out."""
        found = []
        for line in lines[:MOST]:
            reference, _dot, times = line.partition(".")
            seen, _dot, start = times.partition(".")
            if reference in self.visits and _is_time(seen) and _is_time(start):
                found.append(Order(self.visits[reference], _instant(seen), _instant(start)))
        return found


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and 9 <= len(text) <= 10


def _instant(text: str) -> datetime:
    return datetime.fromtimestamp(int(text), tz=UTC)
