"""What a workshop is, when it takes place, and for whom somebody enrols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.forms.booking import BookingForm, Person
from appointments.models import Workshop, WorkshopSession
from appointments.models.opening import Weekday
from appointments.models.workshop import MOST_SEATS, WhoMayEnrol
from appointments.workshop_dates import MOST_DATES, Pattern
from core import clock
from core.web.fields import DayField, HourField
from practitioners.models import Place, Practitioner, Room
from practitioners.models.practitioner import Kind

EVERY = [
    (1, _("chaque semaine")),
    (2, _("tous les quinze jours")),
    (3, _("une semaine sur trois")),
    (4, _("toutes les quatre semaines")),
]


class EnrolForm(BookingForm):
    """« Pour qui ? », in the words of a workshop."""

    def __init__(self, people: Sequence[Person], data: QueryDict | None = None) -> None:
        super().__init__(people, data)
        whom = self.whom.fields["whom"]
        whom.label = _("Pour qui est cette inscription ?")
        whom.error_messages["required"] = str(_("Dites pour qui est cette inscription."))


def _room_fits(form: forms.Form | forms.ModelForm, data: dict[str, Any]) -> None:
    place, room = data.get("place"), data.get("room")
    if place and room and room.place_id != place.pk:
        form.add_error("room", _("Cette salle n’est pas dans ce lieu."))


class WorkshopForm(forms.ModelForm):
    """The animator who creates a workshop is among its animators."""

    class Meta:
        model = Workshop
        fields = [
            *("title", "kind", "description", "animators", "is_sensitive", "who", "unit", "seats", "min_age"),
            *("place", "room", "price", "contact", "withdraw_limit_hours", "is_listed"),
        ]
        widgets = {
            "animators": forms.CheckboxSelectMultiple,
            "kind": forms.RadioSelect,
            "who": forms.RadioSelect,
            "unit": forms.RadioSelect,
        }
        help_texts = {
            "description": _("En mots simples : à qui cela s’adresse, ce qui s’y passe, quoi apporter."),
            "is_sensitive": _(
                "Le titre n’est alors lu que par les animateurs et l’accueil : ni sur le site, ni dans les messages."
            ),
            "seats": _("Pour les dates à venir que vous ajouterez. Chaque date garde ensuite son nombre."),
            "unit": _("Un cycle (éducation thérapeutique) se suit en entier, avec le même groupe."),
            "price": _("Par exemple : gratuit, 5 € la séance."),
            "contact": _("Un nom, un téléphone : lu par tout le monde."),
            "min_age": _("Vide : pas d’âge minimum."),
        }
        error_messages = {"animators": {"required": _("Cochez au moins une personne.")}}

    def __init__(self, *args: Any, own: Practitioner | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.own = own
        chosen = Practitioner.objects.active().exclude(kind=Kind.CORRESPONDENT)
        self.fields["animators"].queryset = chosen.select_related("profession")  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.filter(centre=self.instance.centre_id)  # type: ignore[attr-defined]
        self.fields["room"].queryset = Room.objects.filter(place__centre=self.instance.centre_id)  # type: ignore[attr-defined]
        self.fields["room"].empty_label = str(_("sans salle précise"))  # type: ignore[attr-defined]
        if own is not None and self.instance.pk is None:
            self.initial.setdefault("animators", [own.pk])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _room_fits(self, data)
        if data.get("is_sensitive") and data.get("who") != WhoMayEnrol.INVITED:
            self.add_error("who", _("Un atelier sur un sujet sensible se fait sur invitation."))
        animators = data.get("animators")
        if self.own is not None and animators is not None and self.own not in animators:
            self.add_error("animators", _("Gardez votre nom : vous animez cet atelier."))
        return data


class WhereForm(forms.Form):
    """Place and room of dates."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Lieu"), empty_label=None)
    room = forms.ModelChoiceField(
        Room.objects.none(), label=_("Salle"), required=False, empty_label=_("sans salle précise")
    )

    def ask_where(self, workshop: Workshop) -> None:
        self.fields["place"].queryset = Place.objects.filter(centre=workshop.centre_id)  # type: ignore[attr-defined]
        self.fields["room"].queryset = Room.objects.filter(place__centre=workshop.centre_id)  # type: ignore[attr-defined]


class DatesForm(WhereForm):
    """« 6 séances, le mardi de 18 h à 20 h, tous les quinze jours, à partir du … »."""

    count = forms.IntegerField(
        label=_("Nombre de séances"),
        initial=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DATES)],
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_DATES}),
    )
    weekday = forms.TypedChoiceField(label=_("Le"), choices=Weekday.choices, coerce=int)
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    every_n_weeks = forms.TypedChoiceField(label=_("Rythme"), choices=EVERY, coerce=int, initial=1)
    first = DayField(label=_("À partir du"))
    seats = forms.IntegerField(
        label=_("Places"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)],
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SEATS}),
    )
    field_order = ("count", "weekday", "start_time", "end_time", "every_n_weeks", "first", "seats")

    def __init__(self, workshop: Workshop, data: QueryDict | None = None) -> None:
        initial = {"seats": workshop.seats, "place": workshop.place_id, "room": workshop.room_id}
        super().__init__(data, initial=initial)
        self.ask_where(workshop)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _room_fits(self, data)
        start, end, first = data.get("start_time"), data.get("end_time"), data.get("first")
        if start and end and end <= start:
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        if first and first < clock.today():
            self.add_error("first", _("Cette date est passée."))
        elif first and first > clock.today() + timedelta(days=2 * 366):
            self.add_error("first", _("Deux ans à l’avance au plus."))
        return data

    def pattern(self) -> Pattern:
        """Only after `is_valid`."""
        data = self.cleaned_data
        return Pattern(
            data["weekday"],
            data["start_time"],
            data["end_time"],
            data["every_n_weeks"],
            data["first"],
            data["count"],
        )


class SessionForm(WhereForm):
    """One date anew."""

    day = DayField(label=_("Jour"))
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    note = forms.CharField(
        label=_("Note pour l’équipe"),
        max_length=300,
        required=False,
        help_text=_("Lue par l’équipe, jamais par les patients."),
    )
    field_order = ("day", "start_time", "end_time", "place", "room", "note")

    def __init__(self, session: WorkshopSession, data: QueryDict | None = None) -> None:
        start, end = clock.local(session.start_at), clock.local(session.end_at)
        super().__init__(
            data,
            initial={
                "day": start.date(),
                "start_time": start.time(),
                "end_time": end.time(),
                "place": session.place_id,
                "room": session.room_id,
                "note": session.note,
            },
        )
        self.ask_where(session.cycle.workshop)
        self.start_at: datetime = session.start_at
        self.end_at: datetime = session.end_at

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _room_fits(self, data)
        day, start, end = (data.get(name) for name in ("day", "start_time", "end_time"))
        if not isinstance(day, date) or start is None or end is None:
            return data
        self.start_at, self.end_at = clock.at(day, start), clock.at(day, end)
        if self.end_at <= self.start_at:
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        elif self.start_at <= clock.now():
            self.add_error("day", _("Cette date est passée."))
        elif day > clock.today() + timedelta(days=2 * 366):
            self.add_error("day", _("Deux ans à l’avance au plus."))
        return data


class SeatsForm(forms.Form):
    seats = forms.IntegerField(
        label=_("Places"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)],
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SEATS}),
    )


class RankForm(forms.Form):
    """Another place in the waiting list, and why."""

    position = forms.IntegerField(
        label=_("Nouveau rang"), validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    reason = forms.CharField(label=_("Pourquoi"), max_length=300)
