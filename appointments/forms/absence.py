from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Absence, Closure
from core import clock
from core.web.fields import DayField, HourField
from practitioners.models import Centre, Place, Practitioner


class PeriodForm(forms.ModelForm):
    """From a day to a day, whole days unless hours are given."""

    first_day = DayField(label=_("Premier jour"))
    start_time = HourField(label=_("À partir de"), required=False, help_text=_("Vide : toute la journée."))
    last_day = DayField(label=_("Dernier jour"))
    end_time = HourField(label=_("Jusqu’à"), required=False, help_text=_("Vide : toute la journée."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None:
            self.initial.update(_shown(self.instance.start_at, self.instance.end_at))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first is None or last is None:
            return data
        start_at = clock.at(first, data.get("start_time") or time.min)
        end = data.get("end_time")
        end_at = clock.at(last, end) if end else clock.day_bounds(last)[1]
        if last < first:
            self.add_error("last_day", _("Le dernier jour ne peut pas précéder le premier."))
        elif end_at <= start_at:
            self.add_error("end_time", _("La fin doit suivre le début."))
        elif end_at <= clock.now():
            self.add_error("last_day", _("Cette période est passée."))
        elif end_at - start_at > timedelta(days=2 * 366):
            self.add_error("last_day", _("Deux ans au plus."))
        else:
            self.instance.start_at, self.instance.end_at = start_at, end_at
        return data


def _shown(start_at: datetime, end_at: datetime) -> dict[str, Any]:
    start, end = clock.local(start_at), clock.local(end_at)
    whole = end.time() == time.min
    return {
        "first_day": start.date(),
        "start_time": None if start.time() == time.min else start.time(),
        "last_day": end.date() - timedelta(days=1) if whole else end.date(),
        "end_time": None if whole else end.time(),
    }


class AbsenceForm(PeriodForm):
    class Meta:
        model = Absence
        fields = ["first_day", "start_time", "last_day", "end_time", "kind", "note"]
        help_texts = {"note": _("Lue par le secrétariat et par vous, jamais par les patients.")}

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.practitioner = practitioner


class ClosureForm(PeriodForm):
    class Meta:
        model = Closure
        fields = ["first_day", "start_time", "last_day", "end_time", "place", "label"]
        help_texts = {"label": _("Par exemple : travaux, formation de l’équipe.")}

    def __init__(self, *args: Any, centre: Centre, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.centre = centre
        self.fields["place"].queryset = Place.objects.filter(centre=centre)  # type: ignore[attr-defined]
        self.fields["place"].empty_label = str(_("toute la maison de santé"))  # type: ignore[attr-defined]
