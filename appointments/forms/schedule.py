from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.schedule import Person, Schedule, Wanted
from core import clock
from practitioners.models import Place

DAY, ROOMS, WEEK, MONTH = "jour", "salles", "semaine", "mois"
VIEWS = (DAY, ROOMS, WEEK, MONTH)


class Asked:
    """The address of the schedule, read with goodwill: what means nothing filters nothing."""

    def __init__(self, data: QueryDict) -> None:
        view = str(data.get("vue", DAY))
        self.view = view if view in VIEWS else DAY
        self.day = _date(data.get("jour", "")) or clock.today()
        self.profession = data.get("profession", "")[:50]
        self.practitioner = data.get("praticien", "")[:120]
        self.place = _number(data.get("lieu", ""))
        self.room = _number(data.get("salle", ""))

    def wanted(self) -> Wanted:
        filters = (self.profession, self.place, self.room, self.practitioner)
        if self.view == WEEK:
            return Wanted(self.first, 7, *filters, one=True)
        if self.view == MONTH:
            return Wanted(self.first, (_next_month(self.first) - self.first).days, *filters)
        return Wanted(self.day, 1, *filters)

    @property
    def first(self) -> date:
        if self.view == WEEK:
            return date.fromordinal(self.day.toordinal() - self.day.weekday())
        return self.day.replace(day=1) if self.view == MONTH else self.day

    def address(self, **changed: str) -> str:
        """The query of this screen with something changed; what is empty is left out."""
        query = QueryDict(mutable=True)
        for name, value in {
            "vue": self.view,
            "jour": self.day.isoformat(),
            "profession": self.profession,
            "lieu": str(self.place or ""),
            "salle": str(self.room or ""),
            "praticien": self.practitioner,
            **changed,
        }.items():
            if value and (name, value) != ("vue", DAY):
                query[name] = value
        return f"?{query.urlencode()}"

    def step(self, direction: int) -> date:
        """The same screen one day, week or month before or after."""
        if self.view == MONTH:
            return _next_month(self.first) if direction > 0 else _next_month(self.first, -1)
        return date.fromordinal(self.day.toordinal() + direction * (7 if self.view == WEEK else 1))


class ScheduleForm(forms.Form):
    """The filters of the schedule."""

    vue = forms.CharField(required=False, widget=forms.HiddenInput)
    jour = forms.DateField(
        label=_("Jour"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    lieu = forms.ChoiceField(label=_("Lieu"), required=False)
    salle = forms.ChoiceField(label=_("Salle"), required=False)
    praticien = forms.ChoiceField(label=_("Professionnel"), required=False)

    def __init__(self, asked: Asked, schedule: Schedule, places: Iterable[Place]) -> None:
        shown = schedule.people[0].slug if asked.view == WEEK and schedule.people else asked.practitioner
        super().__init__(
            initial={
                "vue": "" if asked.view == DAY else asked.view,
                "jour": asked.day,
                "profession": asked.profession,
                "lieu": asked.place or "",
                "salle": asked.room or "",
                "praticien": shown,
            }
        )
        everybody: list[Person] = schedule.everybody
        for name, choices in (
            ("profession", list({one.profession_slug: one.profession for one in everybody}.items())),
            ("lieu", [(str(place.pk), place.name) for place in places]),
            ("salle", [(str(pk), room) for pk, room in schedule.rooms.items()]),
            ("praticien", [(one.slug, one.name) for one in everybody]),
        ):
            anything: list[tuple[str, str | Promise]] = [("", _("Tous")), *choices]
            self.fields[name].choices = anything  # type: ignore[attr-defined]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _next_month(first: date, step: int = 1) -> date:
    months = first.year * 12 + first.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)
