"""A meeting is called, moved; a question is put to the team; a decision is typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.workshop_dates import MOST_DATES, Pattern
from coordination.models import MeetingKind, TeamMeeting
from core import clock
from core.web.fields import DayField, HourField, lengths
from practitioners.models import Centre, Place, Practitioner, Room
from practitioners.models.practitioner import Kind, PractitionerQuerySet

EVERY = [
    (1, _("chaque semaine")),
    (2, _("tous les quinze jours")),
    (3, _("une semaine sur trois")),
    (4, _("toutes les quatre semaines")),
]
LENGTHS = (30, 45, 60, 75, 90, 120, 180)
AHEAD = timedelta(days=2 * 366)


def colleagues() -> PractitionerQuerySet:
    """Whom the house may invite, its own people first."""
    return Practitioner.objects.active().with_names().order_by("kind", "last_name", "first_name", "pk")


def may_chair() -> PractitionerQuerySet:
    return colleagues().filter(kind=Kind.MEMBER)


class _People(forms.ModelMultipleChoiceField):
    def label_from_instance(self, person: Any) -> str:
        outside = "" if person.kind == Kind.MEMBER else _(" · extérieur")
        return f"{person.display_name} ({person.profession_name}){outside}"


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return f"{person.display_name} ({person.profession_name})"


class WhereForm(forms.Form):
    place = forms.ModelChoiceField(Place.objects.none(), label=_("Lieu"), empty_label=None)
    room = forms.ModelChoiceField(
        Room.objects.none(),
        label=_("Salle"),
        required=False,
        empty_label=_("sans salle précise"),
        help_text=_("Réservée pour la réunion : le planning le montre, aucun rendez-vous n’y est pris."),
    )

    def ask_where(self, centre: Centre) -> None:
        self.fields["place"].queryset = Place.objects.filter(centre=centre)  # type: ignore[attr-defined]
        rooms = Room.objects.filter(place__centre=centre).select_related("place")
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        place, room = data.get("place"), data.get("room")
        if place and room and room.place_id != place.pk:
            self.add_error("room", _("Cette salle n’est pas dans ce lieu."))
        return data


class PlanForm(WhereForm):
    """Day and hour may stay empty while a date is looked for."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=120,
        initial=_("RCP de la maison de santé"),
        help_text=_("Lu dans les invitations : n’y nommez personne."),
    )
    kind = forms.ChoiceField(
        label=_("Nature"), choices=MeetingKind.choices, widget=forms.RadioSelect, initial="rcp"
    )
    chair = _Person(Practitioner.objects.none(), label=_("Présidence"), empty_label=None)
    required_people = _People(
        Practitioner.objects.none(),
        label=_("Indispensables"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = _People(
        Practitioner.objects.none(),
        label=_("Invités"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Une personne extérieure ne voit que les patients qui l’ont accepté."),
    )
    minutes = forms.TypedChoiceField(
        label=_("Durée"), choices=lambda: lengths(LENGTHS), coerce=int, initial=60
    )
    remote_link = forms.URLField(
        label=_("Lien pour participer à distance"), required=False, assume_scheme="https"
    )
    day = DayField(label=_("Le"), required=False)
    start_time = HourField(label=_("À"), required=False)
    count = forms.IntegerField(
        label=_("Nombre de dates"),
        initial=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DATES)],
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_DATES}),
    )
    every_n_weeks = forms.TypedChoiceField(label=_("Rythme"), choices=EVERY, coerce=int, initial=2)
    field_order = (
        *("title", "kind", "chair", "required_people", "others", "minutes", "place", "room"),
        *("remote_link", "day", "start_time", "count", "every_n_weeks"),
    )

    def __init__(self, centre: Centre, own: Practitioner | None, data: QueryDict | None = None) -> None:
        members = list(may_chair().values_list("pk", flat=True))
        initial: dict[str, Any] = {"others": members}
        if own is not None and own.pk in members:
            initial["chair"] = own.pk
        super().__init__(data, initial=initial)
        self.ask_where(centre)
        self.fields["chair"].queryset = may_chair()  # type: ignore[attr-defined]
        for name in ("required_people", "others"):
            self.fields[name].queryset = colleagues()  # type: ignore[attr-defined]
        self.needs_date = data is not None and str(data.get("step")) in ("preview", "save")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, start = data.get("day"), data.get("start_time")
        if self.needs_date and "day" not in self.errors and day is None:
            self.add_error("day", _("Choisissez un jour, ou laissez chercher une date."))
        if self.needs_date and "start_time" not in self.errors and start is None:
            self.add_error("start_time", _("Choisissez une heure."))
        if day and day < clock.today():
            self.add_error("day", _("Cette date est passée."))
        elif day and day > clock.today() + AHEAD:
            self.add_error("day", _("Deux ans à l’avance au plus."))
        return data

    def pattern(self) -> Pattern:
        """Only after `is_valid` with a date."""
        data = self.cleaned_data
        start: datetime = clock.at(data["day"], data["start_time"])
        end = clock.local(start + timedelta(minutes=data["minutes"]))
        return Pattern(
            data["day"].weekday(),
            data["start_time"],
            end.time(),
            data["every_n_weeks"],
            data["day"],
            data["count"],
        )

    @property
    def people(self) -> list[Practitioner]:
        data = self.cleaned_data
        found = {one.pk: one for one in (data["chair"], *data["required_people"], *data["others"])}
        return list(found.values())

    @property
    def required_list(self) -> list[Practitioner]:
        data = self.cleaned_data
        return list({one.pk: one for one in (data["chair"], *data["required_people"])}.values())

    @property
    def others_list(self) -> list[Practitioner]:
        required = {one.pk for one in self.required_list}
        return [one for one in self.cleaned_data["others"] if one.pk not in required]


class MoveForm(WhereForm):
    day = DayField(label=_("Le"))
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    field_order = ("day", "start_time", "end_time", "place", "room")

    def __init__(self, meeting: TeamMeeting, data: QueryDict | None = None) -> None:
        start, end = clock.local(meeting.start_at), clock.local(meeting.end_at)
        super().__init__(
            data,
            initial={
                "day": start.date(),
                "start_time": start.time(),
                "end_time": end.time(),
                "place": meeting.place_id,
                "room": meeting.room_id,
            },
        )
        self.ask_where(meeting.centre)
        self.start_at, self.end_at = meeting.start_at, meeting.end_at

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, start, end = (data.get(name) for name in ("day", "start_time", "end_time"))
        if not isinstance(day, date) or start is None or end is None:
            return data
        if not clock.today() <= day <= clock.today() + AHEAD:
            self.add_error("day", _("Choisissez une date à venir, deux ans à l’avance au plus."))
            return data
        self.start_at, self.end_at = clock.at(day, start), clock.at(day, end)
        if self.end_at <= self.start_at:
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        return data


class InviteForm(forms.Form):
    person = _Person(Practitioner.objects.none(), label=_("Inviter"), empty_label=_("choisir quelqu’un"))
    required = forms.BooleanField(label=_("indispensable"), required=False)

    def __init__(self, meeting: TeamMeeting, data: QueryDict | None = None) -> None:
        super().__init__(data)
        known = meeting.members.values("practitioner")
        self.fields["person"].queryset = colleagues().exclude(pk__in=known)  # type: ignore[attr-defined]
