"""What the team fills in to find a time for somebody, or to make one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.forms.fields import DayField, HourField
from appointments.models import Origin, VisitReason
from appointments.staff_search import StaffWish
from core import clock
from practitioners.house import the_house

PERIOD = timedelta(days=21)
LONGEST = timedelta(days=183)


class StaffSearchForm(forms.Form):
    """Every field may stay empty: then the whole house within three weeks."""

    motif = forms.ChoiceField(label=_("Motif"), required=False)
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    praticien = forms.ChoiceField(label=_("Professionnel"), required=False)
    du = DayField(label=_("À partir du"), required=False)
    au = DayField(label=_("Jusqu’au"), required=False)
    moment = forms.ChoiceField(
        label=_("Moment"),
        required=False,
        choices=[("", _("Toute la journée")), ("matin", _("Le matin")), ("apres-midi", _("L’après-midi"))],
    )

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None) -> None:
        super().__init__(data)
        choices: dict[str, dict[str, str]] = {"motif": {}, "profession": {}, "praticien": {}}
        for reason in reasons:
            who = reason.practitioner
            choices["motif"][reason.category.slug] = reason.category.name
            choices["profession"][who.profession.slug] = who.profession.name
            choices["praticien"][who.slug] = who.display_name
        for name, known in choices.items():
            ordered = sorted(known.items(), key=lambda pair: pair[1])
            self.fields[name].choices = [("", _("Tous")), *ordered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", _("Cette date précède le début."))
        return data

    def wish(self) -> StaffWish:
        """Only after `is_valid`. Days gone by are not offered, nor more than half a year at once."""
        data, today = self.cleaned_data, clock.today()
        first: date = min(max(data["du"] or today, today), today + 2 * LONGEST)
        last: date = max(data["au"] or first + PERIOD, first)
        return StaffWish(
            first_day=first,
            last_day=min(last, first + LONGEST),
            category=data["motif"],
            profession=data["profession"],
            practitioner=data["praticien"],
            half=data["moment"],
        )


class OriginForm(forms.Form):
    """How the person asked."""

    origin = forms.ChoiceField(
        label=_("Demandé"),
        choices=[(Origin.PHONE, Origin.PHONE.label), (Origin.DESK, Origin.DESK.label)],
        widget=forms.RadioSelect,
        initial=Origin.PHONE,
    )


class TypedTimeForm(forms.Form):
    """A time that is not offered: written on purpose, with the reason."""

    reason = forms.ChoiceField(label=_("Avec qui et pour quoi"))
    day = DayField(label=_("Jour"), error_messages={"required": _("Indiquez le jour.")})
    hour = HourField(label=_("Heure"), error_messages={"required": _("Indiquez l’heure.")})
    place = forms.TypedChoiceField(label=_("Lieu"), coerce=int)
    why = forms.CharField(
        label=_("Pourquoi hors des créneaux"),
        help_text=_("Rien de médical : « vu avec le Dr », « entre deux patients »."),
        max_length=200,
        error_messages={"required": _("Écrivez pourquoi : l’équipe le lira.")},
    )

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None) -> None:
        super().__init__(data, prefix="typed")
        self.reasons = {str(reason.pk): reason for reason in reasons}
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.practitioner.display_name} · {one.name}") for key, one in self.reasons.items()
        ]
        self.fields["place"].choices = [(pk, place.name) for pk, place in the_house().places.items()]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not clock.today() <= day <= clock.today() + 2 * LONGEST:
            raise forms.ValidationError(_("Choisissez un jour à venir."), code="past")
        return day

    @property
    def chosen(self) -> VisitReason:
        return self.reasons[self.cleaned_data["reason"]]

    @property
    def start_at(self) -> datetime:
        return clock.at(self.cleaned_data["day"], self.cleaned_data["hour"])
