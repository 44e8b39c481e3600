"""Whom the patient shall see, at the same time or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.forms.staff import LONGEST, PERIOD
from appointments.joint import JointWish
from appointments.models import Half, VisitReason
from core import clock
from core.web.fields import DayField

TOGETHER, IN_TURN = "ensemble", "suite"
WAITS = {
    "min_value": _("Écrivez 0 ou plus."),
    "max_value": _("Quatre heures au plus."),
    "invalid": _("Écrivez un nombre de minutes."),
}


def minutes(label: Any, initial: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "short-input", "min": 0, "max": 240, "step": 5})
    return forms.IntegerField(
        label=label, min_value=0, max_value=240, initial=initial, widget=widget, error_messages=WAITS
    )


class JointForm(forms.Form):
    un = forms.ChoiceField(label=_("Avec"), error_messages={"required": _("Choisissez avec qui.")})
    autre = forms.ChoiceField(label=_("Et avec"), error_messages={"required": _("Choisissez avec qui.")})
    comment = forms.ChoiceField(
        label=_("Comment"),
        choices=[(TOGETHER, _("Ensemble, à la même heure")), (IN_TURN, _("L’un après l’autre"))],
        widget=forms.RadioSelect,
        initial=TOGETHER,
    )
    attente = minutes(_("Attente entre les deux, au plus (minutes)"), 30)
    battement = minutes(_("Attente entre les deux, au moins (minutes)"), 0)
    ordre = forms.BooleanField(label=_("Peu importe lequel vient en premier"), required=False)
    du = DayField(label=_("À partir du"), required=False)
    au = DayField(label=_("Jusqu’au"), required=False)
    moment = forms.ChoiceField(label=_("Moment"), choices=Half, required=False)

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None) -> None:
        super().__init__(data)
        self.reasons = reasons
        sets: dict[str, str] = {}
        for reason in reasons:
            sets.setdefault(f"c{reason.category_id}", reason.category.name)
        people = [(f"r{one.pk}", f"{one.practitioner.display_name} · {one.name}") for one in reasons]
        choices = [
            ("", _("Choisir")),
            (_("N’importe lequel d’entre eux"), sorted(sets.items(), key=lambda pair: pair[1])),
            (_("Une personne"), people),
        ]
        for name in ("un", "autre"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", _("Cette date précède le début."))
        if (data.get("battement") or 0) > (data.get("attente") or 240):
            self.add_error("attente", _("L’attente la plus longue est inférieure à la plus courte."))
        if data.get("un") and data.get("autre") and not self._are_two():
            self.add_error("autre", _("Choisissez un autre professionnel : il en faut deux."))
        return data

    def _are_two(self) -> bool:
        return any(
            one.practitioner_id != other.practitioner_id
            for one in self._side("un")
            for other in self._side("autre")
        )

    def _side(self, name: str) -> list[VisitReason]:
        key = self.cleaned_data[name]
        return [one for one in self.reasons if key in (f"r{one.pk}", f"c{one.category_id}")]

    def wish(self) -> JointWish:
        """Only after `is_valid`."""
        data = self.cleaned_data
        return JointWish(
            self._side("un"),
            self._side("autre"),
            data["comment"] == TOGETHER,
            data["battement"],
            data["attente"],
            data["ordre"],
        )

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """Days gone by are not offered, nor more than half a year at once."""
        today = clock.today()
        first: date = min(max(self.cleaned_data["du"] or today, today), today + 2 * LONGEST)
        last: date = min(max(self.cleaned_data["au"] or first + PERIOD, first), first + LONGEST)
        return max(now, clock.day_bounds(first)[0]), clock.day_bounds(last)[1]
