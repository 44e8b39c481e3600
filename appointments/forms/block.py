"""A time of one day that nobody is to book: five fields, one of them free words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Absence
from appointments.models.absence import AbsenceKind
from core import clock
from core.web.fields import DayField, HourField
from practitioners.models import Practitioner


class BlockForm(forms.Form):
    qui = forms.ChoiceField(label=_("Pour qui"))
    jour = DayField(label=_("Jour"), error_messages={"required": _("Indiquez le jour.")})
    de = HourField(label=_("De"), error_messages={"required": _("Indiquez l’heure de début.")})
    a = HourField(label=_("À"), error_messages={"required": _("Indiquez l’heure de fin.")})
    libelle = forms.CharField(
        label=_("Libellé"),
        help_text=_("Lu par le secrétariat et par la personne, jamais par les patients ni les collègues."),
        max_length=200,
        required=False,
    )

    def __init__(
        self, people: Sequence[Practitioner], data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.people = {one.slug: one for one in people}
        self.instance = Absence(kind=AbsenceKind.PRIVATE)
        self.fields["qui"].choices = [(slug, one.display_name) for slug, one in self.people.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"qui", "jour", "de", "a"} <= data.keys():
            return data
        start_at, end_at = clock.at(data["jour"], data["de"]), clock.at(data["jour"], data["a"])
        if data["a"] <= data["de"]:
            self.add_error("a", _("La fin doit suivre le début."))
        elif end_at <= clock.now():
            self.add_error("jour", _("Cette période est passée."))
        else:
            self.instance.practitioner = self.people[data["qui"]]
            self.instance.start_at, self.instance.end_at = start_at, end_at
            self.instance.note = data.get("libelle", "")
        return data
