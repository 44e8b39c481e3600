"""What the team fills in to find a time for somebody, or to make one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Origin, VisitReason
from appointments.models.opening import Weekday
from appointments.staff_search import StaffWish
from core import clock
from core.web.fields import DayField, HourField, QuickDayField
from practitioners.house import the_house

PERIOD = timedelta(days=21)
LONGEST = timedelta(days=183)


class StaffSearchForm(forms.Form):
    """Every field may stay empty: then the whole house within three weeks."""

    motif = forms.ChoiceField(label=_("Motif"), required=False)
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    lieu = forms.TypedChoiceField(label=_("Lieu"), required=False, coerce=int, empty_value=None)
    du = QuickDayField(
        label=_("À partir du"), required=False, help_text=_("15/12, « lundi », « dans 3 semaines »…")
    )
    au = QuickDayField(label=_("Jusqu’au"), required=False, help_text=_("Vide : trois semaines."))
    moment = forms.ChoiceField(
        label=_("Moment"),
        required=False,
        choices=[("", _("Toute la journée")), ("matin", _("Le matin")), ("apres-midi", _("L’après-midi"))],
    )
    jours = forms.TypedMultipleChoiceField(
        label=_("Jours"),
        required=False,
        coerce=int,
        choices=Weekday.choices[:6],
        widget=forms.CheckboxSelectMultiple,
    )
    praticien = forms.MultipleChoiceField(
        label=_("Un ou plusieurs professionnels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

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
            every = [] if name == "praticien" else [("", _("Tous"))]
            self.fields[name].choices = [*every, *ordered]  # type: ignore[attr-defined]
        places = [(pk, place.name) for pk, place in the_house().places.items()]
        self.fields["lieu"].choices = [("", _("Tous")), *places]  # type: ignore[attr-defined]

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
            practitioners=frozenset(data["praticien"]),
            place=data["lieu"],
            weekdays=frozenset(data["jours"]),
            half=data["moment"],
            page=data["page"] or 1,
        )


class DespiteForm(forms.Form):
    """A rule of the reason speaks against it; the desk may decide otherwise, and says why."""

    slot = forms.CharField(widget=forms.HiddenInput, max_length=40)
    origin = forms.CharField(widget=forms.HiddenInput, max_length=15, required=False)
    despite = forms.CharField(
        label=_("Pourquoi prendre ce rendez-vous quand même"),
        help_text=_("Rien de médical : « vu avec le Dr », « accord de l’infirmière »."),
        max_length=200,
        error_messages={"required": _("Écrivez pourquoi : l’équipe le lira.")},
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
    despite = forms.BooleanField(
        label=_("Prendre malgré cette règle"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None) -> None:
        super().__init__(data, prefix="typed")
        self.reasons = {str(reason.pk): reason for reason in reasons}
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.practitioner.display_name} · {one.name}") for key, one in self.reasons.items()
        ]
        self.fields["place"].choices = [(pk, place.name) for pk, place in the_house().places.items()]  # type: ignore[attr-defined]

    def ask_despite(self, warning: str) -> None:
        """A rule of the reason speaks against it: the box that sets it aside appears beside the sentence."""
        self.fields["despite"].widget = forms.CheckboxInput()
        self.add_error("despite", warning)

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
