"""How dates, hours and lengths of time are typed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import french
from core.formats.quick_dates import quick_date

MOST_DATES = 60


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def within_reach(day: date) -> None:
    """Of a day that somebody may mean: the calendar of computers ends with the year 9999, and what is counted from
    there breaks."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(_("Écrivez une date entre 1900 et 2199."), code="out_of_reach")


class DayField(forms.DateField):
    default_validators = [within_reach]
    default_error_messages = {"required": _("Indiquez un jour.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "short-input"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **options})


class QuickDayField(forms.DateField):
    """A date written as one says it: « demain », « lundi prochain », « dans 3 semaines », « 15/12 »."""

    default_validators = [within_reach]
    default_error_messages = {
        "invalid": _("Écrivez par exemple 15/12, « lundi prochain » ou « dans 3 semaines »."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(
            format="%d/%m/%Y", attrs={"autocomplete": "off", "spellcheck": "false", "class": "short-input"}
        )
        super().__init__(**{"widget": widget, **options})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        day = quick_date(str(value)[:60], clock.today())
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class HourField(forms.TimeField):
    default_error_messages = {"required": _("Indiquez une heure.")}

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "class": "short-input", "step": 300}, format="%H:%M")
        super().__init__(**{"widget": widget, **options})


class DaysField(forms.CharField):
    """Several dates, one a line, as people write them: 24/12/2026."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 1000, **options})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{day:%d/%m/%Y}" for day in sorted(value))
        return value

    def to_python(self, value: Any) -> Any:
        words = str(value or "").replace(",", " ").replace(";", " ").split()
        if len(words) > MOST_DATES:
            raise forms.ValidationError(_("Soixante dates au plus."), code="too_many")
        return sorted({self._day(word) for word in words})

    def _day(self, word: str) -> date:
        try:
            day = forms.DateField().to_python(word)
        except forms.ValidationError:
            day = None
        if day is None:
            raise forms.ValidationError(
                _("« %(word)s » n’est pas une date. Écrivez par exemple 24/12/2026."),
                code="invalid",
                params={"word": word[:20]},
            )
        return day

    def validate(self, value: Any) -> None:
        return


def lengths(minutes: Iterable[int], *, present: int | None = None) -> list[tuple[int, str]]:
    """Choices of a length of time; one that was set elsewhere stays among them."""
    offered = {*minutes} | ({present} if present is not None else set())
    return [(value, _length(value)) for value in sorted(offered)]


def _length(minutes: int) -> str:
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return str(_("%(days)s jours") % {"days": days}) if days > 1 else str(_("1 jour"))
    return french.duration(minutes)
