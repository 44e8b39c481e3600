from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import DayField
from partnerships.figures_period import LONGEST, Period, usual
from partnerships.figures_scope import HOUSE, Directory

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class FiguresForm(forms.Form):
    """Which period, and whose; stands in the address, so that what is seen can be sent to a colleague."""

    du = DayField(label=_("Du"), required=False)
    au = DayField(label=_("Au"), required=False)
    pour = forms.ChoiceField(label=_("Pour"), required=False)

    def __init__(self, data: Any, directory: Directory, today: date) -> None:
        self.today = today
        period = usual(today)
        self.directory = directory
        filled = {"du": period.first.isoformat(), "au": period.last.isoformat(), "pour": HOUSE}
        super().__init__({name: data.get(name) or value for name, value in filled.items()})
        self.fields["pour"].choices = directory.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("du"), data.get("au")
        if first is None or last is None:
            return data
        if not first >= EARLIEST or not last < LATEST:
            self.add_error("du", _("Choisissez des dates entre 2000 et 2099."))
        elif last < first:
            self.add_error("au", _("La dernière date ne peut pas précéder la première."))
        elif (last - first).days >= LONGEST:
            self.add_error("au", _("Choisissez trois ans au plus."))
        return data

    @property
    def period(self) -> Period:
        return Period.of(self.cleaned_data["du"], self.cleaned_data["au"], self.today)
