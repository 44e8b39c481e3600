from datetime import timedelta

import pytest
import time_machine

from appointments.actions.book import HoldExpired, SlotClosed
from appointments.actions.hold import hold
from appointments.actions.move import TooLateToMove, move
from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from tests.cast import on_monday
from tests.factories.appointments import AbsenceFactory


@pytest.fixture
def held(booked, doctor):
    return hold(doctor.reason, on_monday(8), holder="anne", moving=booked)


def where(appointment: Appointment) -> tuple:
    appointment.refresh_from_db()
    return appointment.status, appointment.start_at, appointment.sequence


def test_the_old_time_is_freed_as_the_new_one_is_taken(booked, held, owner):
    reference, uid = booked.reference, booked.ics_uid
    moved = move(booked, held, holder="anne", actor=owner.user)
    assert where(moved) == (Status.BOOKED, on_monday(8), 1)
    assert (moved.reference, moved.ics_uid) == (reference, uid)
    assert where(held) == (Status.LAPSED, on_monday(8), 0)
    trace = AuditEvent.objects.get(action="appointment.moved")
    assert trace.detail == {
        "reference": reference,
        "before": on_monday(9).isoformat(),
        "after": on_monday(8).isoformat(),
    }


def test_sending_the_form_twice_moves_once(booked, held, owner):
    for _ in range(2):
        assert where(move(booked, held, holder="anne", actor=owner.user)) == (
            Status.BOOKED,
            on_monday(8),
            1,
        )


def test_another_visitors_hold_moves_nothing(booked, held, owner):
    with pytest.raises(HoldExpired):
        move(booked, held, holder="paul", actor=owner.user)
    assert where(booked) == (Status.BOOKED, on_monday(9), 0)


def test_a_hold_made_for_a_new_visit_moves_nothing(booked, owner, doctor):
    held = hold(doctor.reason, on_monday(8), holder="anne")
    with pytest.raises(HoldExpired):
        move(booked, held, holder="anne", actor=owner.user)
    assert where(booked) == (Status.BOOKED, on_monday(9), 0)


def test_the_new_time_was_closed_meanwhile(booked, held, owner, doctor):
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(8, 20))
    with pytest.raises(SlotClosed):
        move(booked, held, holder="anne", actor=owner.user)
    assert where(booked) == (Status.BOOKED, on_monday(9), 0)


def test_within_the_limit_only_the_staff_moves(booked, doctor, owner):
    with time_machine.travel(on_monday(9) - timedelta(hours=3, minutes=59), tick=False):
        held = hold(doctor.reason, on_monday(8), holder="anne", moving=booked)
        with pytest.raises(TooLateToMove):
            move(booked, held, holder="anne", actor=owner.user)
        assert where(move(booked, held, holder="anne", actor=doctor.user, by_staff=True)) == (
            Status.BOOKED,
            on_monday(8),
            1,
        )
