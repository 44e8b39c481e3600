"""The days of the partners’ sessions: seats taken, one held and written down, one owed, one that wants a call."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

from accounts.models import User
from appointments.calendar import public_holidays
from appointments.models import Appointment, Origin, Status
from coordination.actions.add_task import add_task
from core import clock
from core.db import insert_or_none
from core.refusal import Refusal
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.actions.plan_sessions import add_session
from partnerships.actions.write_minutes import Words, write_minutes
from partnerships.models import AdvancedConsultation, ConsultationSession
from patients.models import Patient

# How many of the seats of the coming sessions are taken, one session after the other.
TAKEN = (4, 5, 2, 3, 0)
# Of how many past sessions somebody has said how they went.
WRITTEN = 14


def live(everybody: list[Patient], accounts: dict[str, User]) -> None:
    coordinator = accounts["coordination@demo.example"]
    programmes = list(
        AdvancedConsultation.objects.filter(is_active=True, patterns__isnull=False).distinct().order_by("pk")
    )
    adults = [one for one in everybody if not one.is_minor_on(clock.today())]
    for number, programme in enumerate(programmes):
        people = adults[number * 40 : number * 40 + 40]
        _held(programme, coordinator)
        coming = (
            programme.sessions.standing()
            .coming()
            .select_related("opening", "room")
            .order_by("start_at", "pk")
        )
        seats = TAKEN[number:] + TAKEN[:number]
        for shift, (session, taken) in enumerate(zip(coming[: len(TAKEN)], seats, strict=False)):
            _seat(session, people[8 + shift :], taken, coordinator)
    _to_settle(programmes, coordinator)
    ask_confirmations()
    add_task(
        coordinator,
        "Rappeler le CSAPA pour le renouvellement de la convention",
        owner=coordinator,
        due_on=clock.today(),
    )


def _held(programme: AdvancedConsultation, coordinator: User) -> None:
    """Those of the last months are written down; of the last one nobody has written anything yet."""
    over = programme.sessions.standing().filter(end_at__lt=clock.now()).order_by("-start_at", "-pk")
    for session in over[1:WRITTEN]:
        words = Words(
            session.start_at + timedelta(minutes=10),
            session.end_at,
            points="Une table d’examen de plus serait utile. Prochaine séance annoncée à l’accueil.",
            incidents="Imprimante en panne en début de séance.",
        )
        write_minutes(session, words, actor=coordinator, close=True)


def _to_settle(programmes: list[AdvancedConsultation], coordinator: User) -> None:
    """In three days, added by hand where a contract leaves a half-day: no room yet, and nobody has answered."""
    for programme in programmes:
        day = _working_day(clock.today() + timedelta(days=3), programme)
        session = _session(programme, clock.at(day, time(9)), clock.at(day, time(12)))
        session.room = None
        with suppress(Refusal):
            add_session(session, actor=coordinator)
            return


def _session(programme: AdvancedConsultation, start_at: datetime, end_at: datetime) -> ConsultationSession:
    pattern = programme.patterns.select_related("practitioner", "room").order_by("pk")[0]
    return ConsultationSession(
        programme=programme,
        practitioner=pattern.practitioner,
        room=pattern.room,
        start_at=start_at,
        end_at=end_at,
        seats=pattern.seats,
    )


def _working_day(day: date, programme: AdvancedConsultation) -> date:
    holidays = public_holidays(programme.place.centre.holiday_zone, day, day + timedelta(days=10))
    while day.weekday() > 4 or day in holidays:
        day += timedelta(days=1)
    return day


def _seat(session: ConsultationSession, people: list[Patient], number: int, coordinator: User) -> None:
    """One after the other; who is elsewhere at that hour leaves his seat to nobody."""
    opening = session.opening
    reason = opening.reasons.order_by("duration_minutes", "pk").first() if opening else None
    if opening is None or reason is None:
        return
    length = timedelta(minutes=reason.duration_minutes)
    for place, patient in enumerate(people[: min(number, session.seats)]):
        start_at = session.start_at + place * length
        if start_at + length > session.end_at:
            return
        insert_or_none(
            Appointment(
                practitioner_id=session.practitioner_id,
                reason=reason,
                patient=patient,
                place_id=opening.place_id,
                room=session.room,
                opening=opening,
                start_at=start_at,
                end_at=start_at + length,
                blocked_until=start_at + length,
                status=Status.BOOKED,
                origin=Origin.PHONE,
                booked_at=clock.now() - timedelta(days=12),
                booked_by=coordinator,
            )
        )
