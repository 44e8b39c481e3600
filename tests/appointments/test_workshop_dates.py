"""Dates of a workshop: fixed in one go, moved, called off; animators and rooms are taken meanwhile."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from appointments.actions.cancel_session import cancel_session
from appointments.actions.change_session import SessionOver, change_session
from appointments.actions.enrol import enrol
from appointments.actions.plan_sessions import DatesTaken, NoDates, plan_sessions
from appointments.actions.save_workshop import save_workshop
from appointments.availability import free_slots, is_open
from appointments.models import (
    Disruption,
    Enrolment,
    EnrolmentState,
    ResourceClosure,
    SessionState,
    Workshop,
    WorkshopCycle,
    WorkshopHost,
    WorkshopSession,
)
from appointments.models.disruption import Cause
from appointments.models.workshop import EnrolmentUnit
from appointments.workshop_dates import Pattern, look_around, plan
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.practitioners import PlaceFactory, PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db

MORNING = (on_monday(9), on_monday(10))
EVENING = (on_monday(18), on_monday(20))


@pytest.fixture
def workshop(doctor):
    return WorkshopFactory(
        title="Vivre avec le diabète", seats=8, unit=EnrolmentUnit.CYCLE, animators=[doctor.practitioner]
    )


def fix(workshop, times, actor, room=None):
    return plan_sessions(workshop, times, actor=actor, place=workshop.place, room=room, seats=8)


def test_six_evenings_every_other_tuesday_beside_holidays_and_closures(db):
    place = PlaceFactory()
    ClosureFactory(
        centre=place.centre,
        start_at=clock.at(date(2026, 12, 22), time(12)),
        end_at=clock.at(date(2026, 12, 23), time(0)),
    )
    found = plan(Pattern(1, time(18), time(20), 2, date(2026, 11, 9), 6), place)
    assert [(one.day.isoformat(), one.skipped) for one in found] == [
        ("2026-11-10", ""),
        ("2026-11-24", ""),
        ("2026-12-08", ""),
        ("2026-12-22", "Travaux"),
        ("2027-01-05", ""),
        ("2027-01-19", ""),
        ("2027-02-02", ""),
    ]
    assert {clock.local(one.start_at).time() for one in found} == {time(18)}
    easter = plan(Pattern(0, time(18), time(20), 1, date(2027, 3, 22), 2), place)
    assert [(one.day.isoformat(), one.skipped) for one in easter] == [
        ("2027-03-22", ""),
        ("2027-03-29", "Lundi de Pâques"),
        ("2027-04-05", ""),
    ]


@given(
    st.integers(0, 6),
    st.integers(1, 4),
    st.integers(1, 24),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
@pytest.mark.django_db
def test_as_many_days_as_asked_each_on_its_weekday_and_step(weekday, every, count, first):
    place = Workshop._meta.get_field("place").related_model(pk=0, centre_id=0)
    place.centre = type(place)._meta.get_field("centre").related_model(holiday_zone="")
    found = plan(Pattern(weekday, time(18), time(20), every, first, count), place)
    assert len([one for one in found if not one.skipped]) == count
    assert {one.day.weekday() for one in found} == {weekday}
    assert 0 <= (found[0].day - first).days < 7
    assert {(b.day - a.day).days for a, b in pairwise(found)} <= {7 * every}
    # The clocks change between March and October: the group still meets at six.
    assert {clock.local(one.start_at).time() for one in found} == {time(18)}


def test_a_cycle_is_one_enrolment_and_single_dates_are_several(workshop, doctor):
    cycles, _ = fix(workshop, [MORNING, EVENING], doctor.user)
    assert [cycle.sessions.count() for cycle in cycles] == [2]
    workshop.unit = EnrolmentUnit.DATE
    later = [(start + timedelta(days=7), end + timedelta(days=7)) for start, end in (MORNING, EVENING)]
    cycles, _ = fix(workshop, later, doctor.user)
    assert [cycle.sessions.count() for cycle in cycles] == [1, 1]
    assert WorkshopHost.objects.count() == 4
    assert AuditEvent.objects.filter(action="workshop.dates").count() == 2


def test_whoever_animates_cannot_be_booked_and_who_is_booked_is_on_the_worklist(workshop, doctor, booked):
    assert on_monday(9, 20) in starts(doctor)
    _, watched = fix(workshop, [MORNING], doctor.user)
    assert watched.stranded == [booked.pk]
    assert Disruption.objects.get().cause == Cause.WORKSHOP
    # The doctor receives from 8 to 10: the hour of the workshop is gone, the one before is not.
    assert starts(doctor) == [on_monday(8), on_monday(8, 20), on_monday(8, 40)]
    assert not is_open(doctor.practitioner.pk, booked.place_id, *MORNING)
    cancel_session(WorkshopSession.objects.get(), actor=doctor.user)
    assert on_monday(9, 20) in starts(doctor)
    assert Disruption.objects.open().count() == 0


def starts(doctor):
    now = clock.now()
    return [slot.start_at for slot in free_slots([doctor.reason], now, now + timedelta(days=3), now=now)]


def test_nobody_animates_two_groups_at_once_and_no_room_holds_two(workshop, doctor, teammate):
    room = RoomFactory(place=workshop.place)
    fix(workshop, [EVENING], doctor.user, room=room)
    with pytest.raises(DatesTaken) as refused:
        fix(workshop, [(EVENING[0] + timedelta(hours=1), EVENING[1])], doctor.user)
    assert "anime déjà un atelier" in str(refused.value.sentence)
    other = WorkshopFactory(animators=[teammate.practitioner])
    with pytest.raises(DatesTaken) as refused:
        fix(other, [EVENING], teammate.user, room=room)
    assert "déjà fermé ou réservé" in str(refused.value.sentence)
    assert (WorkshopCycle.objects.count(), WorkshopSession.objects.count()) == (1, 1)
    # Called off, the room can be had by the others.
    cancel_session(WorkshopSession.objects.get(), actor=doctor.user)
    assert not ResourceClosure.objects.exists()
    [cycle], _ = fix(other, [EVENING], teammate.user, room=room)
    session = cycle.sessions.get()
    later = (EVENING[0] + timedelta(hours=1), EVENING[1] + timedelta(hours=1))
    change_session(
        session, actor=teammate.user, start_at=later[0], end_at=later[1], place=other.place, room=room
    )
    closure = ResourceClosure.objects.get()
    assert (closure.start_at, closure.end_at, closure.workshop_session) == (*later, session)
    with pytest.raises(NoDates):
        fix(other, [(clock.now() - timedelta(hours=3), clock.now())], teammate.user)


def test_who_is_booked_in_the_room_is_on_the_worklist_too(workshop, teammate, owner):
    room = RoomFactory(place=workshop.place)
    visit = AppointmentFactory(
        reason=teammate.reason, patient=owner.patient, start_at=MORNING[0], room=room, place=workshop.place
    )
    _, watched = fix(workshop, [MORNING], teammate.user, room=room)
    assert watched.stranded == [visit.pk]
    assert Disruption.objects.get().cause == Cause.RESOURCE
    cancel_session(WorkshopSession.objects.get(), actor=teammate.user)
    assert Disruption.objects.open().count() == 0


def test_the_preview_says_what_is_in_the_way(workshop, doctor, booked, django_assert_num_queries):
    room = RoomFactory(place=workshop.place)
    fix(workshop, [EVENING], doctor.user, room=room)
    AbsenceFactory(
        practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(12) + timedelta(days=1)
    )
    dates = [
        one
        for hour in (9, 18)
        for one in plan(Pattern(0, time(hour), time(hour + 1), 1, MONDAY, 1), workshop.place)
    ]
    animators = list(workshop.animators.all())
    with django_assert_num_queries(4):
        look_around(dates, animators, room)
    morning, evening = dates
    assert morning.conflicts == []
    assert morning.warnings == [
        "Dr Claire Vandamme est absent.",
        "1 rendez-vous déjà pris à cette heure serait à replacer.",
    ]
    assert evening.conflicts == [
        "Dr Claire Vandamme anime déjà un autre atelier à cette heure.",
        "La salle n’est pas libre : Vivre avec le diabète.",
    ]


def test_a_date_that_moves_tells_everybody_who_expects_it(workshop, doctor, owner, outsider):
    workshop.seats = 1
    [cycle], _ = plan_sessions(
        workshop, [MORNING, EVENING], actor=doctor.user, place=workshop.place, room=None, seats=1
    )
    enrol(cycle, owner.patient, actor=owner.user)
    enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    OutboxMessage.objects.exclude(kind="workshops.reminder").delete()
    session = cycle.sessions.order_by("start_at").last()
    later = EVENING[0] + timedelta(days=7)
    change_session(
        session,
        actor=doctor.user,
        start_at=later,
        end_at=later + timedelta(hours=1),
        place=workshop.place,
        room=None,
    )
    session.refresh_from_db()
    assert (session.start_at, session.sequence) == (later, 1)
    assert WorkshopHost.objects.filter(session=session).get().start_at == later
    due = OutboxMessage.objects.filter(state=State.DUE)
    assert sorted(due.filter(kind="workshops.moved").values_list("address", flat=True)) == [
        "jeanne@example.org",
        "voisin@example.org",
    ]
    (reminder,) = due.filter(kind="workshops.reminder")
    assert (reminder.payload["session"], reminder.payload["session_sequence"]) == (session.pk, 1)
    # A note for the team alone tells nobody.
    before = OutboxMessage.objects.count()
    change_session(
        session, actor=doctor.user, start_at=later, end_at=session.end_at, place=workshop.place, room=None,
        note="Apporter le vidéoprojecteur",
    )  # fmt: skip
    assert OutboxMessage.objects.count() == before


def test_the_last_date_called_off_ends_the_enrolments(workshop, doctor, owner):
    [cycle], _ = fix(workshop, [MORNING, EVENING], doctor.user)
    row = enrol(cycle, owner.patient, actor=owner.user)
    first, last = cycle.sessions.order_by("start_at")
    cancel_session(first, actor=doctor.user, reason="Animateur souffrant")
    row.refresh_from_db()
    assert (row.state, row.sequence) == (EnrolmentState.ENROLLED, 0)
    cancel_session(last, actor=doctor.user)
    cancel_session(last, actor=doctor.user)
    row.refresh_from_db()
    cycle.refresh_from_db()
    assert (row.state, cycle.taken) == (EnrolmentState.CANCELLED, 0)
    told = OutboxMessage.objects.filter(kind="workshops.cancelled", state=State.DUE)
    assert sorted(one.payload["session"] for one in told) == [first.pk, last.pk]
    assert not OutboxMessage.objects.filter(kind="workshops.reminder", state=State.DUE).exists()
    assert set(WorkshopSession.objects.values_list("state", flat=True)) == {SessionState.CANCELLED}
    assert not WorkshopHost.objects.exists()


def test_what_is_over_does_not_change(workshop, doctor):
    [cycle], _ = fix(workshop, [MORNING], doctor.user)
    session = cycle.sessions.get()
    with time_machine.travel(MORNING[1], tick=False):
        with pytest.raises(SessionOver):
            cancel_session(session, actor=doctor.user)
        with pytest.raises(SessionOver):
            change_session(
                session,
                actor=doctor.user,
                start_at=EVENING[0],
                end_at=EVENING[1],
                place=workshop.place,
                room=None,
            )


def test_another_animator_is_taken_and_the_former_one_free_again(workshop, doctor, teammate, booked):
    fix(workshop, [MORNING], doctor.user)
    watched = save_workshop(workshop, [teammate.practitioner], actor=teammate.user)
    assert watched.settled == [booked.pk]
    assert list(WorkshopHost.objects.values_list("practitioner_id", flat=True)) == [teammate.practitioner.pk]
    assert on_monday(9, 20) in starts(doctor)
    assert on_monday(9, 20) not in starts(teammate)


def test_a_new_workshop_gets_an_address_of_its_own(doctor, workshop):
    rows = [Workshop(centre=workshop.centre, place=workshop.place, title="Bien dormir") for _ in range(2)]
    rows.append(Workshop(centre=workshop.centre, place=workshop.place, title="Place"))
    for row in rows:
        save_workshop(row, [doctor.practitioner], actor=doctor.user)
    assert [row.slug for row in rows] == ["bien-dormir", "bien-dormir-2", "place-2"]


def test_hosts_of_other_houses_do_not_slow_the_search(doctor, django_assert_num_queries):
    for _ in range(3):
        cycle = WorkshopCycleFactory(start_at=on_monday(9))
        WorkshopHost.objects.create(
            session=cycle.sessions.get(),
            practitioner=PractitionerFactory(),
            start_at=on_monday(9),
            end_at=on_monday(10),
        )
    EnrolmentFactory(cycle=cycle)
    with django_assert_num_queries(1):
        assert len(starts(doctor)) == 6
    assert Enrolment.objects.count() == 1
