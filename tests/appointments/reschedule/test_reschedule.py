"""The team moves a visit: the patient is told late, « Annuler » unknown outside, one winner where two want it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from appointments.actions.hold import hold
from appointments.actions.reschedule import TOLD_AFTER, UNDO_FOR, reschedule
from appointments.actions.undo_reschedule import undo_reschedule
from appointments.models import Appointment, Disruption, Status, VisitReason
from appointments.placing import Wish
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.appointments.reschedule.conftest import to, waiting, where
from tests.appointments.test_races import kinds, race
from tests.cast import on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory

# --- What happens -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_another_time_is_told_when_nobody_can_take_it_back(booked, doctor, secretary, sunday):
    row = reschedule(booked, to(doctor, 8), actor=secretary)
    assert where(booked) == (doctor.practitioner.pk, on_monday(8), on_monday(8, 20), 1)
    assert (row.told_start, row.sequence, row.moved_by) == (on_monday(9), 1, secretary)
    message = OutboxMessage.objects.get(kind="appointments.moved_by_centre")
    assert message.due_at == sunday + TOLD_AFTER
    assert message.payload["previous_start"] == on_monday(9).isoformat()
    line = AuditEvent.objects.get(action="appointment.moved")
    assert (line.actor_id, line.patient_id) == (secretary.pk, booked.patient_id)
    assert line.detail["minutes"] == [20, 20]


@pytest.mark.django_db
def test_undone_nothing_leaves_and_all_is_as_it_was(booked, doctor, teammate, secretary, sunday):
    line = Disruption.objects.create(appointment=booked, cause="absence")
    was = Appointment.objects.values("practitioner", "reason", "start_at", "end_at", "opening").get(
        pk=booked.pk
    )
    row = reschedule(booked, to(teammate, 8, minutes=40), actor=secretary)
    line.refresh_from_db()
    assert (line.outcome, line.settled_at) == ("moved", sunday)
    with time_machine.travel(sunday + UNDO_FOR, tick=False):
        undo_reschedule(row, actor=secretary)
        undo_reschedule(row, actor=secretary)
    assert (
        Appointment.objects.values("practitioner", "reason", "start_at", "end_at", "opening").get(
            pk=booked.pk
        )
        == was
    )
    line.refresh_from_db()
    assert (line.outcome, line.settled_at) == ("", None)
    # Two changes: whoever has subscribed to the calendar in between gets the newer version.
    assert where(booked)[-1] == 2
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []
    actions = AuditEvent.objects.filter(action__startswith="appointment.move").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["appointment.moved", "appointment.move_undone"]


@pytest.mark.django_db
def test_reminders_follow_the_time_as_it_stands(owner, doctor, secretary, sunday):
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + timedelta(days=14),
        end_at=on_monday(10) + timedelta(days=14),
    )
    visit = AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(9) + timedelta(days=14)
    )
    row = reschedule(visit, Wish(visit.start_at - timedelta(hours=1), doctor.practitioner), actor=secretary)
    later = [due for kind, due in waiting() if ".reminder." in kind]
    undo_reschedule(row, actor=secretary)
    assert [due - timedelta(hours=1) for kind, due in waiting() if ".reminder." in kind] == later != []


@pytest.mark.django_db
def test_a_confirmation_that_had_not_left_is_written_anew(owner, doctor, secretary):
    from appointments import notifications

    visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    with transaction.atomic():
        notifications.booked(visit)
    row = reschedule(visit, to(doctor, 8), actor=secretary)
    assert row.told_start is None
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == ["appointments.booked"]
    undo_reschedule(row, actor=secretary)
    (message,) = OutboxMessage.objects.filter(state=State.DUE, kind="appointments.booked")
    assert message.payload["sequence"] == 2


@pytest.mark.django_db
def test_moved_twice_the_patient_hears_of_the_time_he_knows(booked, doctor, secretary):
    reschedule(booked, to(doctor, 8), actor=secretary)
    reschedule(booked, to(doctor, 8, 40), actor=secretary)
    (message,) = OutboxMessage.objects.filter(state=State.DUE, kind="appointments.moved_by_centre")
    assert message.payload["previous_start"] == on_monday(9).isoformat()
    reschedule(booked, to(doctor, 9), actor=secretary)
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []


@pytest.mark.django_db
def test_a_longer_visit_tells_nobody_and_the_same_place_changes_nothing(booked, doctor, secretary):
    assert reschedule(booked, to(doctor, 9, minutes=20), actor=secretary) is None
    assert where(booked)[-1] == 0
    reschedule(booked, to(doctor, 9, minutes=45), actor=secretary)
    assert where(booked) == (doctor.practitioner.pk, on_monday(9), on_monday(9, 45), 1)
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []


@pytest.mark.django_db
def test_another_person_takes_over_with_the_same_kind_of_visit(booked, doctor, teammate, secretary):
    VisitReason.objects.filter(pk=teammate.reason.pk).update(
        category=doctor.reason.category, buffer_minutes=10
    )
    reschedule(booked, to(teammate, 9), actor=secretary)
    booked.refresh_from_db()
    assert (booked.reason, booked.blocked_until) == (teammate.reason, on_monday(9, 30))
    assert booked.opening == teammate.practitioner.openings.get()
    message = OutboxMessage.objects.get(kind="appointments.moved_by_centre")
    assert message.payload["previous_start"] == on_monday(9).isoformat()


# --- Against online booking -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_dragged_and_booked_online_at_once(booked, doctor, secretary):
    """One has the time; the other reads why not."""
    for minute in (0, 20, 40):
        at = on_monday(8, minute)
        visit = AppointmentFactory(reason=doctor.reason, patient=PatientFactory(), start_at=on_monday(9, 20))
        results = race(
            [
                lambda v=visit, t=at: reschedule(v, Wish(t, doctor.practitioner), actor=secretary),
                *[lambda n=n, t=at: hold(doctor.reason, t, holder=f"{n} à {t}") for n in range(8)],
            ]
        )
        found = kinds(results)
        assert found["SlotTaken"] + found["TimeHeld"] == 8, found
        assert found["Rescheduling"] + found["Appointment"] == 1, found
        Appointment.objects.filter(pk=visit.pk, start_at=on_monday(9, 20)).update(
            status=Status.CANCELLED, cancelled_at=clock.now()
        )
