"""Seats: quota, reserve, release, overbooking and the contract's month, whatever way a visit is booked or moved."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.actions.book import PatientBusy, book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.hold import SlotTaken, hold
from appointments.actions.move import move
from appointments.actions.reschedule import reschedule
from appointments.availability import free_slots
from appointments.models import Appointment, Audience
from appointments.placing import Wish
from appointments.seating import NOBODY, NoSeat, Seeker
from core import clock
from partnerships.models import RequestState, SeatQuota, SeatRule
from partnerships.seat_plans import read_plans
from partnerships.seats import Claim, SeatPlan, place
from tests.appointments.test_races import deadlocks, race
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.partnerships_seat import SeatQuotaFactory, SeatRuleFactory, held_session
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db

# The Sunday of the tests is 22 November 2026; the session is on Thursday 10 December, from 14 h to 18 h.
DAY = date(2026, 12, 10)
EVERYBODY = list(Audience)


@pytest.fixture
def cast(sunday, coordinator) -> SimpleNamespace:
    """Six seats of 40 minutes in four hours; a doctor and a midwife who refer."""
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner)
    psychiatrist = PractitionerFactory(kind="visiting", last_name="Fournier")
    session = held_session(programme, psychiatrist, clock.at(DAY, time(14)), actor=coordinator, seats=6)
    doctors = ProfessionFactory(slug="medecin-generaliste", name="médecin généraliste")
    midwives = ProfessionFactory(slug="sage-femme", name="sage-femme")
    return SimpleNamespace(
        programme=programme,
        session=session,
        reason=session.opening.reasons.get(duration_minutes=40),
        doctor=PractitionerFactory(profession=doctors, user=UserFactory()),
        midwife=PractitionerFactory(profession=midwives, user=UserFactory()),
        doctors=doctors,
        midwives=midwives,
        desk=coordinator,
    )


def at(cast: SimpleNamespace, number: int) -> datetime:
    return cast.session.start_at + timedelta(minutes=40 * number)


def refer(cast: SimpleNamespace, by: object = None, *, priority: int = 3) -> object:
    """A patient on the waiting list of the programme."""
    return ConsultationRequestFactory(
        programme=cast.programme,
        requester=by or cast.doctor,
        state=RequestState.ACCEPTED,
        priority=priority,
    ).patient


def seat(cast: SimpleNamespace, number: int, patient: object, **options: object) -> Appointment:
    return book_at_desk(
        cast.reason, at(cast, number), patient, actor=cast.desk, place=cast.programme.place, **options
    )


def shown(cast: SimpleNamespace, seeker: Seeker = NOBODY) -> int:
    day = clock.day_bounds(DAY)
    return len(
        free_slots(
            [cast.reason], *day, now=clock.now(), audiences=EVERYBODY, ignore_notice=True, seeker=seeker
        )
    )


def test_a_session_has_as_many_visits_as_seats_by_whatever_way(cast):
    """Four hours would hold six visits of 40 minutes; with four seats the fifth is refused everywhere."""
    cast.session.seats = 4
    cast.session.save()
    visits = [seat(cast, number, refer(cast)) for number in range(3)]
    assert {visit.opening for visit in visits} == {cast.session.opening}
    held = hold(cast.reason, at(cast, 3), holder="un visiteur", audiences=EVERYBODY)
    assert (shown(cast), read_plans([cast.session])[0][0].taken) == (0, 4)
    late = refer(cast)
    with pytest.raises(NoSeat, match="Toutes les places de cette séance sont prises"):
        seat(cast, 4, late, overbook=True)
    with pytest.raises(SlotTaken):
        hold(cast.reason, at(cast, 4), holder="un autre", audiences=EVERYBODY)
    last = book(held, holder="un visiteur", patient=late, actor=cast.desk)

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


people = st.builds(
    Claim,
    is_urgent=st.booleans(),
    profession=st.sampled_from([None, 1, 2]),
    referrer=st.sampled_from([None, 7, 8]),
)
lines = st.lists(
    st.builds(
        SeatQuota,
        profession_id=st.sampled_from([1, 2]),
        kept=st.integers(0, 2),
        most_per_session=st.none() | st.integers(2, 3),
    )
    | st.builds(SeatQuota, referrer_id=st.sampled_from([7, 8]), kept=st.integers(1, 2)),
    max_size=3,
)


@settings(max_examples=25)
@given(
    seats=st.integers(1, 5),
    reserve=st.integers(0, 2),
    lines=lines,
    queue=st.lists(people, max_size=8),
    now=st.integers(0, 9),
)
def test_whoever_finds_a_seat_is_whom_every_seating_by_hand_would_let_in(seats, reserve, lines, queue, now):
    """Tried against all ways of giving each person a seat of his own; the plan only ever sees who came before."""
    session = SimpleNamespace(seats=seats, local_day=DAY)
    rule = SeatRule(
        urgent_reserve=reserve, reserve_release_days=2, quota_release_days=5, overbooking_percent=30
    )
    inside: list[Claim] = []
    for claim in queue:
        plan = SeatPlan(session, DAY - timedelta(days=now), rule, lines, tuple(inside), tuple(inside))
        bounded = now > 5 and any(
            one.most_per_session is not None
            and one.profession_id == claim.profession
            and sum(other.profession == claim.profession for other in inside) >= one.most_per_session
            for one in lines
        )
        chairs = [share for share in plan.shares for _chair in range(share.size)]
        fits = len(inside) < len(chairs) and by_hand([*inside, claim], chairs)
        assert (plan.refuses(claim) == "") == (fits and not bounded)
        if fits and not bounded:
            inside.append(claim)
    assert len(inside) <= seats + seats * 30 // 100
    assert sum(place(inside, plan.shares)) == len(inside) if queue else True


def by_hand(people: list[Claim], chairs: list[object]) -> bool:
    """Person by person, every chair that is left."""
    if not people:
        return True
    return any(
        by_hand(people[1:], chairs[:number] + chairs[number + 1 :])
        for number, chair in enumerate(chairs)
        if chair.takes(people[0])
    )


@pytest.mark.django_db(transaction=True)
def test_a_thousand_requests_never_exceed_a_quota(cast):
    """Eight desks try 125 times each, at all times of the session and above each other; three are doctors' patients."""
    rule = SeatRuleFactory(programme=cast.programme, urgent_reserve=1, overbooking_percent=20)
    SeatQuotaFactory(rule=rule, profession=cast.doctors, most_per_session=2, kept=1)
    by = [cast.doctor, cast.doctor, cast.midwife, cast.desk.pk]
    patients = [refer(cast, by[n % 4]) if n % 4 < 3 else PatientFactory() for n in range(16)] + [
        refer(cast, cast.midwife, priority=1) for _each in range(2)
    ]

    def want(who: int) -> int:
        won = 0
        for number in range(125):
            patient = patients[(who * 5 + number) % len(patients)]
            try:
                seat(cast, (who + number) % 6, patient, overbook=True)
            except (NoSeat, PatientBusy):
                continue
            won += 1
        return won

    before = deadlocks()
    won = race([partial(want, who) for who in range(8)])
    [plan], _claims = read_plans([cast.session])
    doctors = sum(claim.profession == cast.doctors.pk for claim in plan.claims)
    assert (sum(won), plan.taken, plan.capacity) == (7, 7, 7)
    assert (doctors <= 2, sum(place(plan.claims, plan.shares)), deadlocks() - before) == (True, 7, 0)
