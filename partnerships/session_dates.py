"""Which days a pattern means, and why some of them are left out. Pure: the preview and the saving ask the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext as _

from appointments.calendar import public_holidays
from appointments.models import Absence, Closure
from appointments.unfolding import dated_hours
from partnerships.half_days import HalfDays
from partnerships.models import ConsultationSession, SessionPattern

HORIZON = relativedelta(months=12)


@dataclass
class SessionDate:
    """A day of the pattern. `skipped` says in French why no session is held on it."""

    day: date
    start_at: datetime
    end_at: datetime
    skipped: str = ""

    def meets(self, start_at: datetime, end_at: datetime) -> bool:
        return start_at < self.end_at and end_at > self.start_at


def session_dates(pattern: SessionPattern, today: date) -> list[SessionDate]:
    """Every day of the pattern from today over twelve months, in order. A fixed number of queries, however many days.

    Local hours: a pattern that crosses the change of clocks keeps its hours. A pattern need not be saved.
    """
    last = today + HORIZON
    dates = [
        SessionDate(hours.day, hours.start_at, hours.end_at)
        for hours in dated_hours(pattern.as_rule(), max(today, pattern.valid_from), last)
    ]
    if not dates:
        return []
    holidays = public_holidays(pattern.programme.place.centre.holiday_zone, today, last)
    allows = pattern.programme.allowing()
    for date_ in dates:
        date_.skipped = _on_the_calendar(date_.day, holidays, allows)
    _around(pattern, [date_ for date_ in dates if not date_.skipped])
    _within_the_contract(pattern, [date_ for date_ in dates if not date_.skipped])
    return dates


def _within_the_contract(pattern: SessionPattern, dates: list[SessionDate]) -> None:
    """What is planned already counts once, also where it is of this pattern."""
    if not dates:
        return
    planned = set(pattern.sessions.values_list("pattern_day", flat=True)) if pattern.pk is not None else set()
    half_days = HalfDays(pattern.programme, dates[0].day, dates[-1].day)
    for date_ in dates:
        if date_.day not in planned and not half_days.take(date_.start_at, date_.end_at):
            date_.skipped = _("les demi-journées de la convention sont prises ce mois-là")


def _on_the_calendar(day: date, holidays: dict[date, str], allows: Callable[[date], bool]) -> str:
    if day in holidays:
        return holidays[day]
    return "" if allows(day) else _("aucune convention en vigueur ce jour-là")


def _around(pattern: SessionPattern, dates: list[SessionDate]) -> None:
    """Closures of the house, the professional's absences, sessions that are already there."""
    if not dates:
        return
    window = {"start_at__lt": dates[-1].end_at + timedelta(days=1), "end_at__gt": dates[0].start_at}
    place = pattern.programme.place
    shut = Closure.objects.filter(Q(place=None) | Q(place=place), centre=place.centre_id, **window)
    for start_at, end_at, label in shut.values_list("start_at", "end_at", "label"):
        _skip(dates, start_at, end_at, label)
    away = Absence.objects.filter(practitioner=pattern.practitioner, **window)
    for start_at, end_at in away.values_list("start_at", "end_at"):
        _skip(dates, start_at, end_at, _("absence du professionnel"))
    others = ConsultationSession.objects.standing().filter(
        Q(practitioner=pattern.practitioner) | Q(room=pattern.room_id, room__isnull=False), **window
    )
    if pattern.pk is not None:
        others = others.exclude(pattern=pattern)
    for start_at, end_at, who in others.values_list("start_at", "end_at", "practitioner_id"):
        own = who == pattern.practitioner_id
        _skip(
            dates,
            start_at,
            end_at,
            _("tient déjà une séance") if own else _("salle prise par une autre séance"),
        )


def _skip(dates: list[SessionDate], start_at: datetime, end_at: datetime, why: str) -> None:
    for date_ in dates:
        if not date_.skipped and date_.meets(start_at, end_at):
            date_.skipped = why
