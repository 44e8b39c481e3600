import pytest

from appointments.actions.book import PatientBusy
from appointments.actions.book_at_desk import RoomTaken, book_at_desk
from appointments.actions.hold import SlotTaken, hold
from appointments.availability import find_slot
from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory
from tests.factories.practitioners import PlaceFactory, RoomFactory


def at_desk(doctor, person, start=None, **options) -> Appointment:
    return book_at_desk(
        doctor.reason,
        start or on_monday(9),
        person.patient,
        actor=doctor.user,
        place=PlaceFactory(),
        **options,
    )


def overlapping() -> list[tuple]:
    return sorted(
        Appointment.objects.filter(status=Status.BOOKED).values_list("patient__birth_name", "is_overbooked")
    )


def test_a_free_time_is_booked_and_never_marked(owner, doctor):
    appointment = at_desk(doctor, owner, overbook=True)
    assert (appointment.status, appointment.is_overbooked, appointment.booked_at) == (
        Status.BOOKED,
        False,
        SUNDAY_NOON,
    )
    assert find_slot(doctor.reason, on_monday(9), now=SUNDAY_NOON) is None


def test_the_rules_of_the_public_do_not_bind_the_team(owner, doctor):
    assert at_desk(doctor, owner, on_monday(20)).start_at == on_monday(20)


def test_an_expired_hold_is_not_in_the_way_and_a_running_one_is(owner, doctor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    with pytest.raises(SlotTaken):
        at_desk(doctor, owner)
    Appointment.objects.filter(pk=held.pk).update(held_until=SUNDAY_NOON)
    assert at_desk(doctor, owner).is_overbooked is False


def test_a_taken_time_is_refused_unless_it_is_deliberate(owner, outsider, doctor):
    at_desk(doctor, owner)
    with pytest.raises(SlotTaken):
        at_desk(doctor, outsider)
    above = at_desk(doctor, outsider, overbook=True, why="douleur, vu entre deux")
    assert overlapping() == [("Deroo", True), ("Lefebvre", False)]
    trace = AuditEvent.objects.get(action="appointment.overbooked")
    assert (trace.actor, trace.subject_id, trace.reason) == (doctor.user, above.pk, "douleur, vu entre deux")


def test_no_decision_puts_a_patient_in_two_places(owner, doctor, teammate):
    at_desk(doctor, owner)
    for overbook in (False, True):
        with pytest.raises(PatientBusy):
            at_desk(teammate, owner, on_monday(9, 10), overbook=overbook)
        with pytest.raises(PatientBusy):
            at_desk(doctor, owner, overbook=overbook)
    assert overlapping() == [("Lefebvre", False)]


def test_no_decision_puts_two_practitioners_in_a_room(owner, outsider, doctor, teammate):
    room = RoomFactory()
    AppointmentFactory(reason=teammate.reason, room=room, start_at=on_monday(9))
    for overbook in (False, True):
        with pytest.raises(RoomTaken):
            at_desk(doctor, owner, room=room, overbook=overbook)
    at_desk(teammate, outsider, room=room, overbook=True)
    assert Appointment.objects.filter(room=room).count() == 2
