"""The partners' sessions of the past year, mostly full, so that there is something to look back at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from appointments.calendar import public_holidays
from appointments.models import Appointment, Audience, Opening, Status
from core import clock
from msp_portal.demo.visits import Diary
from partnerships.actions.plan_sessions import visit_reasons
from partnerships.models import ConsultationSession, SessionPattern, SessionState

WEEKS, FEW_WEEKS = 50, 6
FULL, MISSED = 0.8, 0.08


def hold(diary: Diary) -> None:
    for pattern in SessionPattern.objects.select_related("programme__place", "practitioner").order_by("pk"):
        for day in _days(pattern, WEEKS if diary.most is None else FEW_WEEKS):
            _hold(diary, pattern, day)


def _days(pattern: SessionPattern, most: int) -> Iterator[date]:
    """Backwards from the last such weekday before today, in the rhythm of the pattern."""
    today = clock.today()
    last = today - timedelta(days=(today.weekday() - pattern.weekday) % 7 or 7)
    closed = public_holidays("", last - timedelta(weeks=most), last)
    for weeks in range(0, most, pattern.every_n_weeks):
        if (day := last - timedelta(weeks=weeks)) not in closed:
            yield day


def _hold(diary: Diary, pattern: SessionPattern, day: date) -> None:
    reasons = visit_reasons(pattern.programme, pattern.practitioner)
    start_at, end_at = clock.at(day, pattern.start_time), clock.at(day, pattern.end_time)
    busy = Appointment.objects.filter(
        practitioner=pattern.practitioner, start_at__lt=end_at, end_at__gt=start_at
    )
    if not reasons or busy.exists():
        return
    opening = Opening.objects.create(
        practitioner=pattern.practitioner,
        place=pattern.programme.place,
        start_at=start_at,
        end_at=end_at,
        audience=Audience.REFERRER,
    )
    opening.reasons.set(reasons)
    ConsultationSession.objects.create(
        programme=pattern.programme,
        practitioner=pattern.practitioner,
        opening=opening,
        start_at=start_at,
        end_at=end_at,
        seats=pattern.seats,
        state=SessionState.CONFIRMED,
        confirmed_at=start_at - timedelta(days=12),
        confirmed_by="Secrétariat du service",
    )
    reason, at, rows = reasons[0], start_at, []
    women = reason.category.profession.slug == "gynecologue"
    grown_up = [
        one
        for one in diary.patients
        if one.birth_date.year < day.year - 18 and (one.sex == "female" or not women)
    ]
    for _seat in range(pattern.seats):
        patient = diary.rng.choice(grown_up)
        if at + reason.duration > end_at:
            break
        if diary.rng.random() < FULL and patient.pk not in diary.days[day] and patient.created_at < at:
            diary.days[day].add(patient.pk)
            status = Status.NO_SHOW if diary.rng.random() < MISSED else Status.FULFILLED
            rows.append(diary.appointment(opening, reason, at, patient, status))
        at += reason.duration
    Appointment.objects.bulk_create(rows)
