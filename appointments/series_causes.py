"""Why a session of a series has no time on its day, in words. Four queries for the whole series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from appointments.calendar import public_holidays
from appointments.coverage import Away, Window, timetables
from appointments.models import VisitReason
from appointments.models.disruption import Cause
from appointments.patient_times import PatientTimes
from appointments.unfolding import horizon
from core import clock
from core.formats import french
from patients.models import Patient

type Hours = tuple[datetime, datetime]


class Causes:
    """Asked about the preferred professional; whoever may take turns was not free either."""

    def __init__(
        self, reasons: Sequence[VisitReason], patient: Patient, times: PatientTimes, days: tuple[date, date]
    ) -> None:
        self.reason, self.has_relays = reasons[0], len(reasons) > 1
        self.patient, self.times = patient, times
        practitioner = self.reason.practitioner
        self.who = practitioner.display_name
        start, end = clock.day_bounds(days[0])[0], clock.day_bounds(days[1])[1]
        self.table = timetables([practitioner.pk], start, end)[practitioner.pk]
        self.holidays = public_holidays(practitioner.centre.holiday_zone, *days)
        self.last_day = horizon(clock.today())

    def sentence(self, day: date, minutes: tuple[int, int]) -> str:
        if day > self.last_day:
            return _("L’agenda n’est ouvert que jusqu’au %s.") % french.full_day_with_year(self.last_day)
        for slot, visit in self.times.elsewhere_on(day):
            local = clock.local(slot.start_at)
            if minutes[0] <= local.hour * 60 + local.minute < minutes[1]:
                return _("%(patient)s a déjà un rendez-vous à %(hour)s.") % {
                    "patient": self.patient.display_name,
                    "hour": french.hour(visit),
                }
        words = self._of_the_professional(day, minutes)
        return words + " " + _("Personne d’autre n’est libre non plus.") if self.has_relays else words

    def open(self) -> str:
        return _("Choisissez une heure.")

    def lost(self, start_at: datetime) -> str:
        return _("%(day)s à %(hour)s : cette heure vient d’être prise.") % {
            "day": french.full_day(start_at).capitalize(),
            "hour": french.hour(start_at),
        }

    def _of_the_professional(self, day: date, minutes: tuple[int, int]) -> str:
        midnight, next_midnight = clock.day_bounds(day)
        low, high = _instant(day, minutes[0]), min(_instant(day, minutes[1]), next_midnight)
        receives = [window for window in self.table.windows if window.start_at < high and window.end_at > low]
        if not receives:
            if day in self.holidays:
                return _("Jour férié : %s.") % self.holidays[day]
            if any(one.start_at < next_midnight and one.end_at > midnight for one in self.table.windows):
                return _("%s ne reçoit pas à ce moment de la journée.") % self.who
            return _("%s ne reçoit pas ce jour-là.") % self.who
        away = [
            one
            for one in self.table.aways
            if one.start_at < high and one.end_at > low and any(_hinders(one, window) for window in receives)
        ]
        if away and not _is_left(receives, away, (low, high), self.reason.duration):
            if any(one.cause == Cause.CLOSURE for one in away):
                return _("La maison de santé est fermée.")
            if all(one.cause == Cause.RESOURCE for one in away):
                return _("La salle est fermée.")
            return _("Absence de %s.") % self.who
        return _("Plus rien de libre chez %s à ce moment.") % self.who


def _instant(day: date, minute: int) -> datetime:
    """Midnight of the day after, from 24 h on."""
    days, rest = divmod(minute, 24 * 60)
    return clock.at(day + timedelta(days=days), time(rest // 60, rest % 60))


def _hinders(away: Away, window: Window) -> bool:
    """A closed room hinders who receives there; a closed device is no cause for a whole day."""
    if away.equipment_id is not None:
        return False
    if away.room_id is not None:
        return away.room_id == window.room_id
    return away.place_id in (None, window.place_id)


def _is_left(windows: Sequence[Window], away: Sequence[Away], hours: Hours, least: timedelta) -> bool:
    """Whether an opening keeps enough time for one visit between the absences and closures."""
    for window in windows:
        at, until = max(window.start_at, hours[0]), window.end_at
        for gone in sorted(away, key=lambda one: one.start_at):
            if not _hinders(gone, window) or gone.end_at <= at:
                continue
            if min(gone.start_at, until) - at >= least:
                return True
            at = max(at, gone.end_at)
        if until - at >= least:
            return True
    return False
