from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.forms.rule import AUDIENCE_HELP, PlacesMixin
from appointments.models import Opening
from core import clock
from core.web.fields import DayField, HourField
from practitioners.models import Practitioner


class OpeningForm(PlacesMixin, forms.ModelForm):
    """One date: the day and the hours of the clock on the wall."""

    day = DayField(label=_("Jour"))
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))

    class Meta:
        model = Opening
        fields = ["day", "start_time", "end_time", "place", "room", "reasons", "audience"]
        widgets = {"reasons": forms.CheckboxSelectMultiple}
        help_texts = {"reasons": _("Rien de coché : tous vos motifs."), "audience": AUDIENCE_HELP}

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ask_places(practitioner)
        if self.instance.pk is not None:
            start, end = clock.local(self.instance.start_at), clock.local(self.instance.end_at)
            self.initial.update(day=start.date(), start_time=start.time(), end_time=end.time())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_room(data)
        day, start, end = (data.get(name) for name in ("day", "start_time", "end_time"))
        if day is None or start is None or end is None:
            return data
        start_at, end_at = clock.at(day, start), clock.at(day, end)
        if end_at <= start_at:
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        elif end_at <= clock.now():
            self.add_error("day", _("Cette date est passée."))
        else:
            self.instance.start_at, self.instance.end_at = start_at, end_at
        return data
