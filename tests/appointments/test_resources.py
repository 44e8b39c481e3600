"""Rooms and devices: offered only while one is free, given once, closed without leaving anybody stranded."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Role
from appointments.actions.book import SlotClosed, book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.claim import NoEquipment, ResourceShut
from appointments.actions.close_resource import AlreadyClosed, ResourceInUse, close_resource
from appointments.actions.hold import SlotTaken, expire_holds, hold
from appointments.actions.move import move
from appointments.actions.reopen_resource import reopen_resource
from appointments.availability import free_slots
from appointments.models import Appointment, Disruption, Opening, ResourceClosure
from appointments.models.disruption import Cause, Outcome
from appointments.models.resource import Purpose
from core import clock
from core.audit.models import AuditEvent
from tests.appointments.test_races import deadlocks, race
from tests.cast import MONDAY, make_doctor, on_monday
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import EquipmentFactory, PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sunday):
    return with_role(Role.SECRETARY, email="secretariat@example.org")


@pytest.fixture
def room(doctor):
    room = RoomFactory(place=doctor.practitioner.openings.get().place)
    Opening.objects.update(room=room)
    return room


@pytest.fixture
def device(doctor, teammate):
    """One electrocardiograph for two doctors."""
    unit = EquipmentFactory()
    for one in (doctor, teammate):
        one.reason.equipment_kind = unit.kind
        one.reason.save()
    return unit


def offered(*doctors) -> list[str]:
    start, end = clock.day_bounds(MONDAY)
    slots = free_slots([one.reason for one in doctors], start, end, now=clock.now())
    return [f"{clock.local(slot.start_at):%H:%M}" for slot in slots]


def shut(resource, start=8, end=9, **fields) -> ResourceClosure:
    name = resource._meta.model_name
    return ResourceClosure(
        **{name: resource}, start_at=on_monday(start), end_at=on_monday(end), label="Peinture", **fields
    )


def test_a_closed_room_offers_nothing_meanwhile(doctor, room, desk):
    assert len(offered(doctor)) == 6
    close_resource(shut(room), actor=desk)
    assert offered(doctor) == ["09:00", "09:20", "09:40"]
    line = AuditEvent.objects.get(action="resource.close")
    assert (line.detail["resource"], line.detail["stranded"]) == (f"room:{room.pk}", [])


def test_a_room_that_closes_puts_its_visits_on_the_worklist(doctor, room, desk):
    inside = AppointmentFactory(reason=doctor.reason, room=room, start_at=on_monday(8, 40))
    AppointmentFactory(reason=doctor.reason, room=room, start_at=on_monday(9))
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
    closure = shut(room)
    assert close_resource(closure, actor=desk) == [inside.pk]
    waiting = Disruption.objects.open().get()
    assert (waiting.appointment, waiting.cause) == (inside, Cause.RESOURCE)

    assert reopen_resource(closure, actor=desk) == [inside.pk]
    assert reopen_resource(closure, actor=desk) == []
    waiting.refresh_from_db()
    assert (waiting.outcome, ResourceClosure.objects.count()) == (Outcome.KEPT, 0)


def test_what_is_still_hindered_stays_on_the_worklist(doctor, room, desk):
    """The doctor cancels the opening too: painters who finish early do not bring him back."""
    visit = AppointmentFactory(reason=doctor.reason, room=room, start_at=on_monday(8))
    closure = shut(room)
    close_resource(closure, actor=desk)
    Opening.objects.update(cancelled_at=clock.now())
    assert reopen_resource(closure, actor=desk) == []
    assert Disruption.objects.open().get().appointment == visit


def test_a_running_closure_ends_now(doctor, room, desk, time_machine):
    closure = shut(room)
    close_resource(closure, actor=desk)
    time_machine.move_to(on_monday(8, 30), tick=False)
    reopen_resource(closure, actor=desk)
    closure.refresh_from_db()
    assert closure.end_at == on_monday(8, 30)


def test_two_closures_of_one_room_never_overlap(doctor, room, desk):
    close_resource(shut(room, 8, 9), actor=desk)
    with pytest.raises(AlreadyClosed):
        close_resource(shut(room, 8, 10, purpose=Purpose.RESERVED), actor=desk)
    close_resource(shut(room, 9, 10, purpose=Purpose.RESERVED), actor=desk)
    close_resource(shut(RoomFactory(place=room.place), 8, 10), actor=desk)
    assert ResourceClosure.objects.count() == 3


def test_a_workshop_takes_only_a_free_room(doctor, room, desk):
    visit = AppointmentFactory(reason=doctor.reason, room=room, start_at=on_monday(8, 40))
    with pytest.raises(ResourceInUse):
        close_resource(shut(room, purpose=Purpose.RESERVED), actor=desk, displace=False)
    assert (ResourceClosure.objects.count(), Disruption.objects.count()) == (0, 0)
    cancel(visit, actor=desk, by_staff=True)
    assert close_resource(shut(room, purpose=Purpose.RESERVED), actor=desk, displace=False) == []


def test_nobody_is_booked_into_a_closed_room(doctor, room, desk, owner):
    held = hold(doctor.reason, on_monday(8), holder="v")
    close_resource(shut(room), actor=desk)
    with pytest.raises(SlotClosed):
        book(held, holder="v", patient=owner.patient, actor=owner.user)
    with pytest.raises(SlotTaken):
        hold(doctor.reason, on_monday(8, 20), holder="w")
    with pytest.raises(ResourceShut):
        book_at_desk(
            doctor.reason,
            on_monday(8, 20),
            owner.patient,
            actor=desk,
            place=room.place,
            room=room,
            overbook=True,
        )


def test_a_device_serves_one_visit_at_a_time(doctor, teammate, device, desk, owner):
    held = hold(doctor.reason, on_monday(8, 20), holder="v")
    assert held.equipment == device
    assert offered(teammate) == ["08:00", "08:40", "09:00", "09:20", "09:40"]
    with pytest.raises(SlotTaken):
        hold(teammate.reason, on_monday(8, 20), holder="w")
    with pytest.raises(NoEquipment):
        book_at_desk(
            teammate.reason, on_monday(8, 20), owner.patient, actor=desk, place=device.place, overbook=True
        )
    second = EquipmentFactory(kind=device.kind, place=device.place)
    assert hold(teammate.reason, on_monday(8, 20), holder="w").equipment == second


def test_a_device_elsewhere_or_retired_is_no_device(doctor, device):
    device.place = PlaceFactory(name="Annexe")
    device.save()
    assert offered(doctor) == []
    device.place, device.is_active = doctor.practitioner.openings.get().place, False
    device.save()
    assert offered(doctor) == []


def test_an_expired_hold_gives_the_device_back(doctor, teammate, device, time_machine):
    hold(doctor.reason, on_monday(8, 20), holder="v")
    time_machine.move_to(clock.now() + timedelta(minutes=11), tick=False)
    assert hold(teammate.reason, on_monday(8, 20), holder="w").equipment == device
    expire_holds()
    assert Appointment.objects.filter(occupies=True).count() == 1


def test_a_closed_device(doctor, device, desk, owner):
    visit = book(
        hold(doctor.reason, on_monday(8), holder="v"), holder="v", patient=owner.patient, actor=owner.user
    )
    assert close_resource(shut(device), actor=desk) == [visit.pk]
    assert offered(doctor) == ["09:00", "09:20", "09:40"]


def test_moving_takes_the_device_along(doctor, device, desk, owner):
    visit = book(
        hold(doctor.reason, on_monday(8), holder="v"), holder="v", patient=owner.patient, actor=owner.user
    )
    second = EquipmentFactory(kind=device.kind, place=device.place)
    close_resource(shut(device, 9, 10), actor=desk)
    held = hold(doctor.reason, on_monday(9), holder="v", moving=visit)
    assert move(visit, held, holder="v", actor=owner.user).equipment == second


@pytest.mark.django_db(transaction=True)
def test_two_race_for_the_last_device(doctor, teammate, device):
    for minute in (0, 20, 40):
        at = on_monday(8, minute)
        results = race(
            [
                lambda n=n, at=at: hold((doctor, teammate)[n % 2].reason, at, holder=f"{n} à {at}")
                for n in range(16)
            ]
        )
        assert Counter(type(one).__name__ for one in results) == {"Appointment": 1, "SlotTaken": 15}
    assert deadlocks() == 0


@pytest.mark.django_db(transaction=True)
def test_closing_a_room_while_people_book_leaves_nobody_unseen(doctor, room, desk):
    """Whoever was faster than the closure is on the worklist; whoever was slower is refused."""
    patients = [PatientFactory() for _ in range(6)]

    def visit(n):
        held = hold(doctor.reason, on_monday(8, 20 * (n % 3)), holder=f"v{n}")
        return book(held, holder=f"v{n}", patient=patients[n], actor=desk)

    closure = shut(room)
    results = race([lambda n=n: visit(n) for n in range(6)] + [lambda: close_resource(closure, actor=desk)])
    unexpected = [
        one for one in results if isinstance(one, Exception) and not isinstance(one, SlotTaken | SlotClosed)
    ]
    assert unexpected == []
    booked = set(Appointment.objects.active().values_list("pk", flat=True))
    assert set(Disruption.objects.open().values_list("appointment", flat=True)) == booked
    assert deadlocks() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workshops_race_for_one_room(doctor, room, desk):
    results = race(
        [
            lambda: close_resource(shut(room, purpose=Purpose.RESERVED), actor=desk, displace=False)
            for _ in range(8)
        ]
    )
    assert Counter(type(one).__name__ for one in results) == {"list": 1, "AlreadyClosed": 7}


def test_a_closure_may_be_part_of_a_larger_act(doctor, room, desk):
    with transaction.atomic():
        close_resource(shut(room), actor=desk)
        transaction.set_rollback(True)
    assert offered(doctor)[0] == "08:00"


def test_a_search_with_devices_is_still_one_query(doctor, teammate, device, django_assert_num_queries):
    third = make_doctor("Deroo")
    for few in ([doctor], [doctor, teammate, third]):
        with django_assert_num_queries(1):
            assert offered(*few)
