from datetime import timedelta

import pytest
import time_machine

from appointments.actions.cancel import TooLateToCancel, cancel
from appointments.availability import free_slots
from appointments.models import Disruption, Status
from core import clock
from core.audit.models import AuditEvent
from tests.cast import MONDAY, SUNDAY_NOON, on_monday


def hours_free(doctor) -> list[str]:
    start, end = clock.day_bounds(MONDAY)
    return [
        f"{clock.local(slot.start_at):%H:%M}"
        for slot in free_slots([doctor.reason], start, end, now=SUNDAY_NOON)
    ]


def test_the_time_is_free_again_and_the_worklist_forgets_it(booked, owner, doctor):
    Disruption.objects.create(appointment=booked, cause="absence")
    assert hours_free(doctor) == ["08:00", "08:20", "08:40", "09:20", "09:40"]
    cancel(booked, actor=owner.user, note="Je suis guérie.")
    booked.refresh_from_db()
    assert (booked.status, booked.cancelled_at, booked.cancelled_by, booked.cancel_note, booked.sequence) == (
        Status.CANCELLED,
        SUNDAY_NOON,
        owner.user,
        "Je suis guérie.",
        1,
    )
    assert hours_free(doctor) == ["08:00", "08:20", "08:40", "09:00", "09:20", "09:40"]
    assert list(Disruption.objects.values_list("outcome", "settled_at")) == [("cancelled", SUNDAY_NOON)]


def test_cancelling_twice_cancels_once(booked, owner):
    cancel(booked, actor=owner.user)
    cancel(booked, actor=owner.user)
    assert AuditEvent.objects.filter(action="appointment.cancelled").count() == 1


def test_too_late_for_the_patient_is_not_too_late_for_the_staff(booked, owner, doctor):
    with time_machine.travel(on_monday(9) - timedelta(hours=3), tick=False):
        with pytest.raises(TooLateToCancel):
            cancel(booked, actor=owner.user)
        booked.refresh_from_db()
        assert booked.status == Status.BOOKED
        assert cancel(booked, actor=doctor.user, by_staff=True).status == Status.CANCELLED


def test_what_has_begun_is_not_cancelled(booked, doctor):
    booked.status = Status.ARRIVED
    booked.save(update_fields=["status"])
    with pytest.raises(TooLateToCancel):
        cancel(booked, actor=doctor.user, by_staff=True)
