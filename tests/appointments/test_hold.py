from datetime import timedelta

import pytest
import time_machine

from appointments.actions import hold as holding
from appointments.actions.hold import SlotTaken, hold
from appointments.models import Appointment, Status
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.appointments import AbsenceFactory


def states() -> list[tuple[str, str]]:
    return sorted(Appointment.objects.values_list("holder", "status"))


def test_a_held_slot_is_the_visitors_for_ten_minutes(doctor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    held.refresh_from_db()
    assert (held.status, held.start_at, held.end_at, held.held_until, held.patient) == (
        Status.HELD,
        on_monday(9),
        on_monday(9, 20),
        SUNDAY_NOON + timedelta(minutes=10),
        None,
    )
    with pytest.raises(SlotTaken) as refusal:
        hold(doctor.reason, on_monday(9), holder="paul")
    assert str(refusal.value.sentence).startswith("Ce créneau vient d’être pris.")
    assert states() == [("anne", "held")]


def test_choosing_another_slot_gives_up_the_first(doctor):
    hold(doctor.reason, on_monday(9), holder="anne")
    hold(doctor.reason, on_monday(8), holder="anne")
    assert states() == [("anne", "held"), ("anne", "lapsed")]


def test_who_fails_to_get_another_slot_keeps_the_first(doctor):
    hold(doctor.reason, on_monday(8), holder="paul")
    hold(doctor.reason, on_monday(9), holder="anne")
    with pytest.raises(SlotTaken):
        hold(doctor.reason, on_monday(8), holder="anne")
    assert states() == [("anne", "held"), ("paul", "held")]


def test_an_expired_hold_is_free_for_the_next_visitor_before_any_sweep(doctor):
    hold(doctor.reason, on_monday(9), holder="anne")
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=10), tick=False):
        hold(doctor.reason, on_monday(9), holder="paul")
    assert states() == [("anne", "lapsed"), ("paul", "held")]


def test_leaving_the_page_frees_the_slot_soon_and_a_reload_keeps_it(doctor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    holding.loosen(held, holder="paul")
    held.refresh_from_db()
    assert held.held_until == SUNDAY_NOON + timedelta(minutes=10)
    holding.loosen(held, holder="anne")
    held.refresh_from_db()
    assert held.held_until == SUNDAY_NOON + timedelta(seconds=20)
    assert holding.keep(held, holder="anne") == SUNDAY_NOON + timedelta(minutes=10)
    holding.loosen(held, holder="anne")
    with time_machine.travel(SUNDAY_NOON + timedelta(seconds=21), tick=False):
        assert holding.keep(held, holder="anne") is None
        assert holding.expire_holds() == 1
    assert states() == [("anne", "lapsed")]


def test_release_is_for_the_holder_only(doctor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    holding.release(held, holder="paul")
    assert states() == [("anne", "held")]
    holding.release(held, holder="anne")
    assert states() == [("anne", "lapsed")]


def test_abandoned_holds_are_forgotten_after_a_month(doctor):
    hold(doctor.reason, on_monday(9), holder="anne")
    with time_machine.travel(SUNDAY_NOON + timedelta(days=31), tick=False):
        assert (holding.expire_holds(), states()) == (1, [])


def test_a_slot_in_an_absence_cannot_be_held(doctor):
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(10))
    with pytest.raises(SlotTaken):
        hold(doctor.reason, on_monday(9), holder="anne")
