"""Seats: quota, reserve, release, overbooking and the contract's month, whatever way a visit is booked or moved."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from appointments.actions.book import book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.hold import SlotTaken, hold
from appointments.actions.move import move
from appointments.actions.reschedule import reschedule
from appointments.models import Appointment
from appointments.placing import Wish
from appointments.seating import NoSeat, Seeker
from core import clock
from partnerships.seat_plans import read_plans
from tests.factories.partnerships_seat import SeatQuotaFactory, SeatRuleFactory, held_session
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.seats.conftest import EVERYBODY, at, refer, seat, shown

pytestmark = pytest.mark.django_db


def test_a_session_has_as_many_visits_as_seats_by_whatever_way(cast, client):
    """Four hours would hold six visits of 40 minutes; with four seats the fifth is refused everywhere."""
    cast.session.seats = 4
    cast.session.save()
    visits = [seat(cast, number, refer(cast)) for number in range(3)]
    assert {visit.opening for visit in visits} == {cast.session.opening}
    held = hold(cast.reason, at(cast, 3), holder="un visiteur", audiences=EVERYBODY)
    plan = read_plans([cast.session])[0][0]
    assert (shown(cast), plan.taken, plan.held) == (0, 4, 1)
    client.force_login(cast.desk)
    page = client.get(reverse("consultation_session", args=[cast.session.pk])).text
    assert "Parmi les places prises, 1 est retenue" in page
    late = refer(cast)
    with pytest.raises(NoSeat, match="Toutes les places de cette séance sont prises"):
        seat(cast, 4, late, overbook=True)
    with pytest.raises(SlotTaken):
        hold(cast.reason, at(cast, 4), holder="un autre", audiences=EVERYBODY)
    last = book(held, holder="un visiteur", patient=late, actor=cast.desk)
    plan = read_plans([cast.session])[0][0]
    assert (plan.taken, plan.held) == (4, 0)

    # Within the session a visit may move though it is full; from elsewhere it may not come.
    reschedule(last, Wish(at(cast, 5), cast.session.practitioner), actor=cast.desk)
    other = held_session(
        cast.programme, cast.session.practitioner, at(cast, 0) + timedelta(days=7), actor=cast.desk, seats=4
    )
    elsewhere = book_at_desk(
        cast.reason, other.start_at, refer(cast), actor=cast.desk, place=cast.programme.place
    )
    with pytest.raises(NoSeat):
        reschedule(elsewhere, Wish(at(cast, 3), cast.session.practitioner), actor=cast.desk)
    with pytest.raises(SlotTaken):
        hold(cast.reason, at(cast, 3), holder="x", audiences=EVERYBODY, moving=elsewhere)
    cancel(visits[0], actor=cast.desk, by_staff=True)
    moving = hold(cast.reason, at(cast, 3), holder="x", audiences=EVERYBODY, moving=elsewhere)
    move(elsewhere, moving, holder="x", actor=cast.desk, by_staff=True)
    elsewhere.refresh_from_db()
    assert (elsewhere.opening, shown(cast)) == (cast.session.opening, 0)


def test_the_reserve_is_for_urgent_requests_until_it_is_given_back(cast, time_machine):
    SeatRuleFactory(programme=cast.programme, urgent_reserve=2, reserve_release_days=2)
    for number in range(4):
        seat(cast, number, refer(cast))
    calm, urgent = refer(cast), refer(cast, priority=2)
    assert (shown(cast), shown(cast, Seeker(calm.pk)), shown(cast, Seeker(urgent.pk))) == (0, 0, 2)
    with pytest.raises(NoSeat, match=r"gardées pour d’autres demandes jusqu’au lundi 7.décembre"):
        seat(cast, 4, calm)
    # He holds one of them: chosen by himself, for ten minutes, then his.
    held = hold(cast.reason, at(cast, 4), holder="lui", audiences=EVERYBODY, seeker=Seeker(urgent.pk))
    book(held, holder="lui", patient=urgent, actor=cast.desk)
    # Kept by nobody in particular, but not confirmed for somebody who is not urgent.
    mine = hold(
        cast.reason, at(cast, 5), holder="eux", audiences=EVERYBODY, seeker=Seeker(refer(cast, priority=1).pk)
    )
    with pytest.raises(NoSeat):
        book(mine, holder="eux", patient=calm, actor=cast.desk)
    Appointment.objects.filter(pk=mine.pk).update(status="lapsed")

    time_machine.move_to(clock.at(date(2026, 12, 8), time(0, 1)), tick=False)
    assert shown(cast) == 1
    seat(cast, 5, calm)


def test_a_quota_keeps_and_bounds_the_seats_of_a_profession_and_of_a_person(cast, time_machine):
    rule = SeatRuleFactory(programme=cast.programme, quota_release_days=7)
    SeatQuotaFactory(rule=rule, profession=cast.doctors, most_per_session=3)
    SeatQuotaFactory(rule=rule, referrer=cast.midwife, kept=2)
    for number in range(3):
        seat(cast, number, refer(cast))
    with pytest.raises(NoSeat, match=r"la part «.médecin généraliste.» est prise"):
        seat(cast, 3, refer(cast))
    # Without a request the professional who books is the one who refers.
    with pytest.raises(NoSeat):
        book_at_desk(
            cast.reason, at(cast, 3), PatientFactory(), actor=cast.doctor.user, place=cast.programme.place
        )
    seat(cast, 3, PatientFactory())
    with pytest.raises(NoSeat, match=r"gardées pour d’autres demandes jusqu’au mercredi 2.décembre"):
        seat(cast, 4, PatientFactory())
    seat(cast, 4, refer(cast, cast.midwife))
    assert (shown(cast, Seeker(refer(cast, cast.midwife).pk)), shown(cast)) == (1, 0)
    time_machine.move_to(clock.at(date(2026, 12, 3), time(0, 1)), tick=False)
    assert shown(cast) == 1
    seat(cast, 5, refer(cast))


def test_the_month_counts_over_all_sessions_for_the_quota_and_for_the_contract(cast):
    rule = SeatRuleFactory(programme=cast.programme)
    SeatQuotaFactory(rule=rule, profession=cast.doctors, most_per_month=2)
    colleague = PractitionerFactory(kind="visiting")
    other = held_session(cast.programme, colleague, at(cast, 0) + timedelta(days=7), actor=cast.desk, seats=6)
    january = held_session(
        cast.programme, colleague, at(cast, 0) + timedelta(days=28), actor=cast.desk, seats=6
    )
    seat(cast, 0, refer(cast))

    def there(session, patient):
        reason = session.opening.reasons.get(duration_minutes=40)
        return book_at_desk(
            reason,
            session.start_at + timedelta(minutes=40),
            patient,
            actor=cast.desk,
            place=cast.programme.place,
        )

    there(other, refer(cast))
    with pytest.raises(NoSeat, match=r"Mois.: la part «.médecin généraliste.» est prise"):
        seat(cast, 1, refer(cast))
    there(january, refer(cast))

    cast.programme.partner.agreements.update(seats_per_month=3)
    seat(cast, 1, refer(cast, cast.midwife))
    with pytest.raises(NoSeat, match="La convention prévoit 3 places par mois"):
        seat(cast, 2, refer(cast, cast.midwife, priority=1))
    cast.programme.partner.agreements.update(seats_per_month=1)
    with pytest.raises(NoSeat, match="prévoit 1 place par mois : elle est prise"):
        seat(cast, 2, refer(cast, cast.midwife, priority=1))
    # A contract that names another speciality bounds other sessions.
    cast.programme.partner.agreements.get().professions.add(cast.midwives)
    seat(cast, 2, refer(cast, cast.midwife))


def test_overbooking_adds_seats_of_the_session_and_no_more(cast):
    """Four seats and 30 % are five: the fifth at a free time, or above another visit."""
    SeatRuleFactory(programme=cast.programme, overbooking_percent=30)
    cast.session.seats = 4
    cast.session.save()
    for number in range(4):
        seat(cast, number, refer(cast))
    extra = seat(cast, 0, refer(cast), overbook=True)
    assert (extra.is_overbooked, read_plans([cast.session])[0][0].capacity) == (True, 5)
    with pytest.raises(NoSeat):
        seat(cast, 4, refer(cast), overbook=True)


def test_a_session_has_its_own_rule_and_the_dated_ones_keep_the_past(cast):
    SeatRuleFactory(programme=cast.programme, until=date(2026, 12, 9), urgent_reserve=1)
    SeatRuleFactory(programme=cast.programme, since=date(2026, 12, 10), urgent_reserve=3)
    later = held_session(
        cast.programme, cast.session.practitioner, at(cast, 0) + timedelta(days=7), actor=cast.desk, seats=6
    )
    SeatRuleFactory(programme=cast.programme, session=later, since=None, urgent_reserve=6)
    plans, _claims = read_plans([cast.session, later])
    assert [[(one.size, one.is_common) for one in plan.shares] for plan in plans] == [
        [(3, False), (3, True)],
        [(6, False), (0, True)],
    ]


def test_reading_costs_the_same_for_one_session_and_for_many(cast, django_assert_num_queries):
    rule = SeatRuleFactory(programme=cast.programme, urgent_reserve=1)
    SeatQuotaFactory(rule=rule, profession=cast.doctors, kept=1)
    seat(cast, 0, refer(cast))
    many = [cast.session]
    for weeks in range(1, 9):
        start = at(cast, 0) + timedelta(weeks=weeks)
        many.append(held_session(cast.programme, cast.session.practitioner, start, actor=cast.desk, seats=6))
    for sessions in ([cast.session], many):
        with django_assert_num_queries(8):
            read_plans(sessions)
