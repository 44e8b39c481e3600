"""Sessions: a year of them beside a calendar written by hand, the room given once, the partner asked and chased."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.models import Absence, Closure, Disruption, Opening
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.actions.change_session import (
    SessionOver,
    cancel_session,
    confirm_session,
    end_pattern,
    replace_session,
)
from partnerships.actions.plan_sessions import (
    NoAgreement,
    NoHalfDayLeft,
    TimeTaken,
    add_pattern,
    add_session,
    unfold_sessions,
)
from partnerships.models import ConsultationSession, NoticeStep, SessionNotice, SessionState
from partnerships.session_dates import session_dates
from tests.appointments.test_races import deadlocks, race
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import (
    AdvancedConsultationFactory,
    AgreementFactory,
    PartnerContactFactory,
    SessionPatternFactory,
)
from tests.factories.practitioners import PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)

# Written with a paper calendar: every second Thursday counted from 19 November 2026. 31 December is a Thursday of the
# rhythm; 1 January is not; 6 May 2027 is Ascension.
BY_HAND = [
    *("2026-12-03", "2026-12-17", "2026-12-31"),
    *("2027-01-14", "2027-01-28", "2027-02-11", "2027-02-25", "2027-03-11", "2027-03-25"),
    *("2027-04-08", "2027-04-22", "2027-05-20", "2027-06-03", "2027-06-17"),
    *("2027-07-01", "2027-07-15", "2027-07-29", "2027-08-12", "2027-08-26", "2027-09-09", "2027-09-23"),
    *("2027-10-07", "2027-10-21", "2027-11-04", "2027-11-18"),
]


@pytest.fixture
def programme(sunday):
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner)
    return programme


@pytest.fixture
def pattern(programme, coordinator):
    return SessionPatternFactory.build(
        programme=programme,
        practitioner=PractitionerFactory(kind="visiting", last_name="Fournier"),
        room=RoomFactory(place=programme.place),
    )


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
        ("Psychiatrie de l’adulte, première visite", 40),
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


def test_an_agreement_that_ended_takes_nobody_s_visit(pattern, programme, coordinator):
    """It blocks new sessions; who is expected in one is still expected."""
    add_pattern(pattern, actor=coordinator)
    first = ConsultationSession.objects.order_by("start_at")[0]
    visit = AppointmentFactory(
        reason=first.opening.reasons.first(), start_at=first.start_at, opening=first.opening
    )
    programme.partner.agreements.update(ends_on=TODAY - timedelta(days=1))
    assert unfold_sessions() == []
    single = ConsultationSession(
        programme=programme,
        practitioner=pattern.practitioner,
        start_at=first.start_at + timedelta(days=1),
        end_at=first.end_at + timedelta(days=1),
        seats=3,
    )
    with pytest.raises(NoAgreement):
        add_session(single, actor=coordinator)
    visit.refresh_from_db()
    assert (visit.status, Disruption.objects.count(), ConsultationSession.objects.count()) == (
        "booked",
        0,
        len(BY_HAND),
    )


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


def test_a_cancelled_session_puts_its_patients_on_the_worklist(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    visit = AppointmentFactory(
        reason=session.opening.reasons.first(), start_at=session.start_at, opening=session.opening
    )
    watched = cancel_session(session, "Médecin appelé ailleurs", by="Nadine Obin")
    assert watched.stranded == [visit.pk]
    assert Disruption.objects.open().get().appointment == visit
    session.refresh_from_db()
    assert (session.state, session.cancelled_by, session.opening.cancelled_at) == (
        SessionState.CANCELLED,
        "Nadine Obin",
        session.cancelled_at,
    )
    with pytest.raises(SessionOver):
        confirm_session(session, by="Nadine Obin")


def test_a_colleague_of_the_partner_holds_it_instead(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    colleague = PractitionerFactory(kind="visiting", last_name="Marquis")
    held, _watched = replace_session(session, colleague, actor=coordinator)
    assert (held.practitioner, held.start_at, held.room, held.seats, held.replaces) == (
        colleague,
        session.start_at,
        session.room,
        session.seats,
        session,
    )
    assert set(held.opening.reasons.values_list("practitioner", flat=True)) == {colleague.pk}


def test_a_pattern_ends_but_not_for_who_is_expected(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.get(pattern_day=date(2027, 1, 28))
    AppointmentFactory(
        reason=session.opening.reasons.first(), start_at=session.start_at, opening=session.opening
    )
    assert end_pattern(pattern, date(2026, 12, 31), actor=coordinator) == [session]
    standing = ConsultationSession.objects.standing().values_list("pattern_day", flat=True)
    assert [day.isoformat() for day in standing] == ["2026-12-03", "2026-12-17", "2026-12-31", "2027-01-28"]
    assert unfold_sessions() == []


def test_the_partner_is_asked_reminded_and_then_the_coordinator_told_once_each(pattern, coordinator):
    """Twice a day for three weeks; nobody answers."""
    contact = PartnerContactFactory(partner=pattern.programme.partner, confirms_sessions=True)
    PartnerContactFactory(partner=pattern.programme.partner, name="Comptabilité")
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    ConsultationSession.objects.exclude(pk=session.pk).update(
        state=SessionState.CONFIRMED, confirmed_at=clock.now()
    )
    start = session.start_at - timedelta(days=21)
    for hours in range(0, 21 * 24 + 30, 12):
        ask_confirmations(start + timedelta(hours=hours))
    assert list(SessionNotice.objects.order_by("pk").values_list("session", "step")) == [
        (session.pk, NoticeStep.ASKED),
        (session.pk, NoticeStep.REMINDED),
        (session.pk, NoticeStep.ESCALATED),
    ]
    told = OutboxMessage.objects.order_by("pk").values_list("kind", "address")
    assert list(told) == [
        ("session.to_confirm", contact.email),
        ("session.to_confirm", contact.email),
        ("session.unconfirmed", coordinator.email),
    ]


@pytest.fixture
def unanswered(programme):
    """One session, planned once for all examples."""
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    return unfold_sessions(
        [SessionPatternFactory(programme=programme, valid_from=TODAY, valid_until=TODAY + timedelta(days=13))]
    )[0]


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.integers(1, 200), min_size=1, max_size=8),
    confirmed_after=st.none() | st.integers(0, 500),
)
def test_however_the_clock_runs_no_step_is_taken_twice_or_backwards(unanswered, gaps, confirmed_after):
    """Beat stops for days, runs twice at once, and the partner confirms some time or never."""
    session = unanswered
    with transaction.atomic():
        at, passed = session.start_at - timedelta(hours=500), 0
        for gap in gaps:
            at, passed = at + timedelta(hours=gap), passed + gap
            if confirmed_after is not None and passed > confirmed_after:
                ConsultationSession.objects.update(state=SessionState.CONFIRMED, confirmed_at=at)
            ask_confirmations(at)
            ask_confirmations(at)
        order = [NoticeStep.ASKED, NoticeStep.REMINDED, NoticeStep.ESCALATED]
        steps = list(SessionNotice.objects.order_by("pk").values_list("step", flat=True))
        assert steps == sorted(set(steps), key=order.index)
        transaction.set_rollback(True)


def test_confirming_is_written_down_once(pattern, coordinator):
    add_pattern(pattern, actor=coordinator)
    session = ConsultationSession.objects.order_by("start_at")[0]
    confirm_session(session, by="Nadine Obin")
    confirm_session(session, by="Quelqu’un d’autre")
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (SessionState.CONFIRMED, "Nadine Obin")
    assert AuditEvent.objects.filter(action="session.confirmed").count() == 1


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
