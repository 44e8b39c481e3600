"""A year of sessions beside a calendar written by hand, each in a room that is given once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from appointments.models import Absence, Closure, Opening
from core import clock
from partnerships.actions.change_session import cancel_session, replace_session
from partnerships.actions.plan_sessions import (
    NoHalfDayLeft,
    TimeTaken,
    add_pattern,
    add_session,
    unfold_sessions,
)
from partnerships.models import ConsultationSession, SessionState
from partnerships.session_dates import session_dates
from tests.appointments.test_races import deadlocks, race
from tests.factories.partnerships import SessionPatternFactory
from tests.factories.practitioners import PractitionerFactory, RoomFactory
from tests.partnerships.sessions.conftest import BY_HAND, TODAY

pytestmark = pytest.mark.django_db


def test_a_year_is_what_the_paper_calendar_says(pattern, coordinator):
    made = add_pattern(pattern, actor=coordinator)
    assert [session.pattern_day.isoformat() for session in made] == BY_HAND
    openings = list(Opening.objects.order_by("start_at"))
    assert [one.start_at for one in openings] == [session.start_at for session in made]
    assert {
        (clock.local(one.start_at).time(), clock.local(one.end_at).time(), one.room, one.audience)
        for one in openings
    } == {(time(14), time(17, 30), pattern.room, "referrer")}
    # Paris is an hour from UTC in winter and two in summer: the house's hour stays the same.
    assert {one.start_at.hour for one in openings} == {12, 13}
    assert sorted(openings[0].reasons.values_list("name", "duration_minutes")) == [
        ("Psychiatrie de l’adulte, première consultation", 40),
        ("Psychiatrie de l’adulte, suivi", 20),
    ]


def test_what_is_left_out_says_why(pattern, programme, coordinator):
    def on(day: str, hour: int) -> datetime:
        return clock.at(date.fromisoformat(day), time(hour))

    programme.partner.agreements.update(ends_on=date(2027, 2, 1))
    Absence.objects.create(
        practitioner=pattern.practitioner, start_at=on("2026-12-03", 8), end_at=on("2026-12-03", 19)
    )
    Closure.objects.create(
        centre=programme.place.centre,
        label="Inventaire",
        start_at=on("2026-12-31", 16),
        end_at=on("2026-12-31", 20),
    )
    other = SessionPatternFactory(programme=programme, room=pattern.room, valid_from=date(2027, 1, 14))
    add_session(
        ConsultationSession(
            programme=programme,
            practitioner=other.practitioner,
            room=pattern.room,
            start_at=on("2027-01-14", 17),
            end_at=on("2027-01-14", 19),
            seats=2,
        ),
        actor=coordinator,
    )
    dates = {one.day.isoformat(): one.skipped for one in session_dates(pattern, TODAY)}
    assert dict(list(dates.items())[:6]) == {
        "2026-12-03": "absence du professionnel",
        "2026-12-17": "",
        "2026-12-31": "Inventaire",
        "2027-01-14": "salle prise par une autre séance",
        "2027-01-28": "",
        "2027-02-11": "aucune convention en vigueur ce jour-là",
    }
    assert dates["2027-05-06"] == "Ascension"


def test_a_contract_s_half_days_bound_what_is_planned(pattern, programme, coordinator):
    """December has three Thursdays of the rhythm and July too; two half-days a month are agreed."""
    programme.partner.agreements.update(half_days_per_month=2)
    left_out = {
        one.day.isoformat() for one in session_dates(pattern, TODAY) if "demi-journées" in one.skipped
    }
    assert left_out == {"2026-12-31", "2027-07-29"}
    made = add_pattern(pattern, actor=coordinator)
    assert [one.pattern_day.isoformat() for one in made] == [day for day in BY_HAND if day not in left_out]
    assert unfold_sessions() == []
    single = ConsultationSession(
        programme=programme,
        practitioner=PractitionerFactory(kind="visiting"),
        start_at=clock.at(date(2026, 12, 8), time(9)),
        end_at=clock.at(date(2026, 12, 8), time(12)),
        seats=3,
    )
    with pytest.raises(NoHalfDayLeft):
        add_session(single, actor=coordinator)
    # Held by a colleague it is still one; a whole day is two.
    replace_session(made[0], single.practitioner, actor=coordinator)
    single.start_at, single.end_at = (clock.at(date(2027, 5, 4), time(hour)) for hour in (9, 17))
    with pytest.raises(NoHalfDayLeft):
        add_session(single, actor=coordinator)


def test_every_third_monday_over_new_year_a_leap_year_and_both_clock_changes(
    programme, coordinator, time_machine
):
    """Every third Monday by hand, at 9 h in Paris; 1 May is one of them and left out."""
    time_machine.move_to(clock.at(date(2027, 10, 20), time(8)), tick=False)
    programme.partner.agreements.update(ends_on=date(2030, 12, 31))
    pattern = SessionPatternFactory.build(
        programme=programme,
        practitioner=PractitionerFactory(kind="visiting"),
        weekday=0,
        start_time=time(9),
        end_time=time(12),
        every_n_weeks=3,
        valid_from=date(2027, 10, 25),
    )
    made = add_pattern(pattern, actor=coordinator)
    # 27 December is in ISO week 52, 17 January in week 3, whatever the numbers say; 2028 has a 29 February.
    assert [(one.pattern_day.isoformat(), one.start_at.hour) for one in made] == [
        ("2027-10-25", 7),
        ("2027-11-15", 8),
        ("2027-12-06", 8),
        ("2027-12-27", 8),
        ("2028-01-17", 8),
        ("2028-02-07", 8),
        ("2028-02-28", 8),
        ("2028-03-20", 8),
        ("2028-04-10", 7),
        ("2028-05-22", 7),
        ("2028-06-12", 7),
        ("2028-07-03", 7),
        ("2028-07-24", 7),
        ("2028-08-14", 7),
        ("2028-09-04", 7),
        ("2028-09-25", 7),
        ("2028-10-16", 7),
    ]


def test_planning_twice_changes_nothing_and_the_horizon_moves_on(pattern, coordinator, time_machine):
    add_pattern(pattern, actor=coordinator)
    cancelled = ConsultationSession.objects.order_by("start_at")[1]
    cancel_session(cancelled, "Grève", by="EPSM")
    assert unfold_sessions() == []
    time_machine.move_to(clock.at(date(2026, 12, 20), time(3)), tick=False)
    assert [session.pattern_day for session in unfold_sessions()] == [date(2027, 12, 2), date(2027, 12, 16)]
    cancelled.refresh_from_db()
    assert cancelled.state == SessionState.CANCELLED


def test_the_database_gives_a_room_to_one_session_at_a_time(pattern, programme, coordinator):
    add_pattern(pattern, actor=coordinator)
    first = ConsultationSession.objects.order_by("start_at")[0]
    rival = ConsultationSession(
        programme=programme,
        practitioner=PractitionerFactory(kind="visiting"),
        room=pattern.room,
        start_at=first.end_at - timedelta(minutes=5),
        end_at=first.end_at + timedelta(hours=1),
        seats=3,
    )
    before = Opening.objects.count()
    with pytest.raises(TimeTaken):
        add_session(rival, actor=coordinator)
    assert Opening.objects.count() == before
    rival.opening = Opening.objects.create(
        practitioner=rival.practitioner,
        place=programme.place,
        room=pattern.room,
        start_at=rival.start_at,
        end_at=rival.end_at,
    )
    with pytest.raises(IntegrityError, match="session_room_once_at_a_time"), transaction.atomic():
        rival.save()


@pytest.mark.django_db(transaction=True)
def test_eight_want_the_same_room(programme, coordinator):
    room = RoomFactory(place=programme.place)
    start = clock.at(date(2026, 12, 4), time(9))
    people = [PractitionerFactory(kind="visiting") for _each in range(8)]

    def want(who: int) -> int:
        session = ConsultationSession(
            programme=programme,
            practitioner=people[who],
            room=room,
            start_at=start + timedelta(minutes=who % 7),
            end_at=start + timedelta(hours=3, minutes=who % 5),
            seats=3,
        )
        try:
            add_session(session, actor=coordinator)
        except TimeTaken:
            return 0
        return 1

    before = deadlocks()
    won = race([partial(want, who) for who in range(8)])
    assert (sum(won), ConsultationSession.objects.count(), deadlocks() - before) == (1, 1, 0)
