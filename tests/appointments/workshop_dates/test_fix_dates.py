"""Dates of a workshop are fixed in one go; animators and rooms are taken meanwhile."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.actions.cancel_session import cancel_session
from appointments.actions.change_session import change_session
from appointments.actions.plan_sessions import DatesTaken, NoDates
from appointments.actions.save_workshop import save_workshop
from appointments.availability import is_open
from appointments.models import (
    Disruption,
    Enrolment,
    ResourceClosure,
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
from tests.appointments.workshop_dates.conftest import EVENING, MORNING, fix, starts
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
