"""What the team fills in for a series: the prescription, the rhythm, who receives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.actions.book_series import Prescription
from appointments.forms.rule import EVERY
from appointments.models import AppointmentSeries, Half, VisitReason
from appointments.models.opening import Weekday
from appointments.models.series import MOST_SESSIONS
from appointments.series import Pattern
from core import clock
from core.web.fields import DayField, HourField

FARTHEST = timedelta(days=366)


class KnownOnlyField(forms.MultipleChoiceField):
    """Ticks that no longer belong to the list are forgotten: another professional has been chosen since."""

    def to_python(self, value: Any) -> list[str]:
        return [key for key in super().to_python(value) if self.valid_value(key)]


class RhythmForm(forms.Form):
    """When the sessions are wanted; also what is asked again to add some."""

    nombre = forms.IntegerField(
        label=_("Séances à prendre"),
        min_value=1,
        max_value=MOST_SESSIONS,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SESSIONS}),
        error_messages={
            "required": _("Indiquez le nombre de séances."),
            "invalid": _("Écrivez un nombre entier."),
            "min_value": _("Prenez au moins une séance."),
            "max_value": _("Soixante séances au plus."),
        },
    )
    jours = forms.TypedMultipleChoiceField(
        label=_("Jours"),
        choices=[(day.value, day.label) for day in Weekday],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un jour.")},
    )
    moment = forms.ChoiceField(label=_("Moment"), choices=Half, required=False)
    heure = HourField(
        label=_("Heure souhaitée"),
        required=False,
        help_text=_("À une heure près. Vide : la même heure autant que possible."),
    )
    du = DayField(label=_("À partir du"), error_messages={"required": _("Indiquez le premier jour.")})
    rythme = forms.TypedChoiceField(label=_("Rythme"), choices=EVERY, coerce=int, initial=1)
    ecart = forms.IntegerField(
        label=_("Jours entre deux séances, au moins"),
        min_value=1,
        max_value=60,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": 60}),
        error_messages={
            "required": _("Indiquez un nombre de jours."),
            "min_value": _("Une séance par jour au plus."),
            "max_value": _("Soixante jours au plus."),
        },
    )

    def clean_du(self) -> date:
        day: date = self.cleaned_data["du"]
        if not clock.today() <= day <= clock.today() + FARTHEST:
            raise forms.ValidationError(_("Choisissez un jour à venir, dans l’année."), code="past")
        return day

    def pattern(self) -> Pattern:
        """Only after `is_valid`."""
        data = self.cleaned_data
        return Pattern(
            data["du"], tuple(data["jours"]), data["moment"], data["heure"], data["rythme"], data["ecart"]
        )

    @staticmethod
    def of(series: AppointmentSeries, number: int, first_day: date) -> dict[str, Any]:
        """The rhythm of a series as first values."""
        return {
            "nombre": number,
            "jours": series.weekdays,
            "moment": series.half,
            "heure": series.hour,
            "du": first_day,
            "rythme": series.every_n_weeks,
            "ecart": series.gap_days,
        }


class PrescriptionForm(forms.Form):
    """What the paper says; also asked alone, where it was read wrongly or a new one came."""

    prescrites = forms.IntegerField(
        label=_("Séances prescrites"),
        min_value=1,
        max_value=MOST_SESSIONS,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SESSIONS}),
        error_messages={
            "required": _("Indiquez le nombre écrit sur l’ordonnance."),
            "invalid": _("Écrivez un nombre entier."),
            "min_value": _("Une ordonnance compte au moins une séance."),
            "max_value": _("Soixante séances au plus."),
        },
    )
    ordonnance = DayField(label=_("Ordonnance du"), required=False)
    prescripteur = forms.CharField(
        label=_("Prescripteur"), required=False, max_length=120, help_text=_("Un nom, rien de médical.")
    )

    def clean_ordonnance(self) -> date | None:
        day: date | None = self.cleaned_data["ordonnance"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("Cette date est à venir."), code="future")
        return day

    def prescription(self) -> Prescription:
        """Only after `is_valid`."""
        data = self.cleaned_data
        return Prescription(data["prescrites"], data["ordonnance"], data["prescripteur"])


class SeriesForm(PrescriptionForm, RhythmForm):
    """A new series. « Relais » lists the colleagues who offer the same kind of visit."""

    motif = forms.ChoiceField(
        label=_("Avec qui et pour quoi"), error_messages={"required": _("Choisissez avec qui.")}
    )
    relais = KnownOnlyField(
        label=_("Peuvent prendre le relais"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Seulement quand le professionnel choisi n’est pas libre."),
    )

    field_order = (
        "motif",
        "relais",
        "prescrites",
        "ordonnance",
        "prescripteur",
        "nombre",
        "jours",
        "moment",
        "heure",
        "du",
        "rythme",
        "ecart",
    )

    def __init__(self, reasons: Sequence[VisitReason], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.known = {str(reason.pk): reason for reason in reasons}
        self.fields["motif"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.practitioner.display_name} · {one.name}") for key, one in self.known.items()
        ]
        self.colleagues = self._colleagues()
        if self.colleagues:
            self.fields["relais"].choices = [  # type: ignore[attr-defined]
                (str(one.pk), f"{one.practitioner.display_name} · {one.name}") for one in self.colleagues
            ]
        else:
            del self.fields["relais"]

    def _colleagues(self) -> list[VisitReason]:
        key = (self.data if self.is_bound else self.initial).get("motif")
        chosen = self.known.get(str(key))
        if chosen is None:
            return []
        return [
            one
            for one in self.known.values()
            if one.category_id == chosen.category_id and one.practitioner_id != chosen.practitioner_id
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("nombre") and data.get("prescrites") and data["nombre"] > data["prescrites"]:
            self.add_error("nombre", _("L’ordonnance ne compte pas autant de séances."))
        return data

    @property
    def reasons(self) -> list[VisitReason]:
        """The chosen one first; a colleague once, whatever he offers."""
        chosen = [self.known[self.cleaned_data["motif"]]]
        for key in self.cleaned_data.get("relais", ()):
            if self.known[key].practitioner_id not in {one.practitioner_id for one in chosen}:
                chosen.append(self.known[key])
        return chosen


class InvitedForm(RhythmForm):
    """What a patient chooses of his sessions: the days, morning or afternoon, from when on."""

    def __init__(self, most: int, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name in ("heure", "rythme", "ecart"):
            del self.fields[name]
        self.most = most
        self.fields["nombre"].widget.attrs["max"] = most

    def clean_nombre(self) -> int:
        number: int = self.cleaned_data["nombre"]
        if number > self.most:
            raise forms.ValidationError(
                _("Il vous en reste %(number)s à prendre."), code="too_many", params={"number": self.most}
            )
        return number

    def pattern(self) -> Pattern:
        data = self.cleaned_data
        return Pattern(data["du"], tuple(data["jours"]), data["moment"])
