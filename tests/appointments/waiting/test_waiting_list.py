"""The waiting list: who is offered what, in which order, for how long."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine

from appointments.actions.ask_waiting import AlreadyWaiting, ask_waiting
from appointments.actions.cancel import cancel
from appointments.actions.decline_offer import decline_offer
from appointments.actions.hold import SlotTaken, expire_holds, hold
from appointments.actions.offer_freed import offer_freed, sweep_waiting_list
from appointments.models import Appointment, SlotOffer, Status, WaitingListRule, WaitingRequest
from appointments.models.waiting import RequestState
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.appointments.waiting.conftest import offers, waits
from tests.cast import MONDAY, SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.practitioners import CentreFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


def test_a_freed_time_is_kept_for_who_has_waited_longest(doctor, full, django_capture_on_commit_callbacks):
    waits("second", created_at=SUNDAY_NOON - timedelta(days=1))
    first = waits("premier", created_at=SUNDAY_NOON - timedelta(days=2))
    assert offer_freed() == 0
    with django_capture_on_commit_callbacks(execute=True):
        cancel(full[3], actor=doctor.user, by_staff=True)
    assert offers() == [("premier", "09:00", "sent")]
    offer = SlotOffer.objects.select_related("held").get()
    assert (offer.held.status, offer.held.held_until, offer.expires_at, offer.made_by) == (
        Status.HELD,
        SUNDAY_NOON + timedelta(minutes=30),
        SUNDAY_NOON + timedelta(minutes=30),
        None,
    )
    first.refresh_from_db()
    assert (first.state, first.notices) == (RequestState.OFFERED, 1)
    with pytest.raises(SlotTaken):
        hold(doctor.reason, on_monday(9), holder="passant")
    message = OutboxMessage.objects.get(kind="appointments.offered")
    assert (message.address, message.due_at, message.expires_at) == (
        "premier@example.org",
        SUNDAY_NOON,
        offer.expires_at,
    )
    assert AuditEvent.objects.filter(action="offer.sent", patient_id=first.patient_id).count() == 1


def test_priority_comes_before_age(doctor, full):
    waits("vieux", created_at=SUNDAY_NOON - timedelta(days=9))
    waits("urgent", priority=1)
    full[0].delete()
    sweep_waiting_list()
    assert offers() == [("urgent", "08:00", "sent")]


def test_the_hold_outlives_the_ten_minutes_and_no_longer(doctor, full):
    waits("anne")
    full[0].delete()
    offer_freed()
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=29), tick=False):
        assert expire_holds() == 0
        with pytest.raises(SlotTaken):
            hold(doctor.reason, on_monday(8), holder="passant")
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=30), tick=False):
        assert hold(doctor.reason, on_monday(8), holder="passant").status == Status.HELD


def test_after_no_answer_the_next_in_order_and_never_the_same_time_twice(doctor, full):
    first = waits("premier", created_at=SUNDAY_NOON - timedelta(days=2))
    waits("second", created_at=SUNDAY_NOON - timedelta(days=1))
    full[0].delete()
    offer_freed()
    for minutes in (30, 60, 90):
        with time_machine.travel(SUNDAY_NOON + timedelta(minutes=minutes), tick=False):
            sweep_waiting_list()
    assert offers() == [("premier", "08:00", "expired"), ("second", "08:00", "expired")]
    first.refresh_from_db()
    assert (first.state, first.notices) == (RequestState.OPEN, 1)
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_at_night_it_waits_for_the_morning_if_the_time_is_far_enough(doctor, full):
    waits("anne", notice_minutes=120)
    with time_machine.travel(on_monday(0), tick=False):
        full[0].delete()
        full[5].delete()
        OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(14, 20))
        offer_freed()
        # 8 h is too near to be answered at 8 h 30, as is 9 h 40 with two hours' notice: simply free.
        assert offers() == [("anne", "14:00", "sent")]
        offer = SlotOffer.objects.get()
        assert (offer.sent_at, offer.expires_at) == (on_monday(8), on_monday(8, 30))
        assert OutboxMessage.objects.get(kind="appointments.offered").due_at == on_monday(8)
        assert hold(doctor.reason, on_monday(9, 40), holder="passant").status == Status.HELD


@pytest.mark.parametrize(
    ("wish", "hour"),
    [
        ({"half": "apres-midi"}, "14:00"),
        ({"weekdays": [1]}, None),
        ({"first_day": date(2026, 11, 24)}, None),
        ({"notice_minutes": 24 * 60}, "14:00"),
        ({"last_day": date(2026, 11, 22)}, None),
        ({}, "08:00"),
    ],
)
def test_only_what_is_wanted(doctor, wish, hour):
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(15))
    waits("anne", **wish)
    offer_freed()
    assert offers() == ([("anne", hour, "sent")] if hour else [])


def test_only_with_whom_is_wanted(doctor, teammate):
    waits("anne", practitioners=[teammate.practitioner])
    offer_freed()
    assert SlotOffer.objects.get().practitioner == teammate.practitioner


def test_never_over_another_visit_of_the_person(owner, booked, teammate):
    """She sees her doctor at nine; a colleague's nine o'clock is nothing for her."""
    WaitingRequestFactory(patient=owner.patient, practitioners=[teammate.practitioner])
    for minute in (0, 20, 40):
        AppointmentFactory(reason=teammate.reason, start_at=on_monday(8, minute))
    offer_freed()
    assert [f"{clock.local(one.start_at):%H:%M}" for one in SlotOffer.objects.all()] == ["09:20"]


def test_a_house_has_its_own_times(doctor, full):
    WaitingListRule.objects.create(centre=doctor.practitioner.centre, answer_minutes=90, most_notices=1)
    request = waits("anne")
    full[5].delete()
    offer_freed()
    offer = SlotOffer.objects.get()
    assert offer.expires_at == SUNDAY_NOON + timedelta(minutes=90)
    decline_offer(offer, actor=None)
    request.refresh_from_db()
    assert request.state == RequestState.PAUSED


def test_once_in_a_list(owner, doctor):
    WaitingRequestFactory(patient=owner.patient)
    again = WaitingRequestFactory.build(patient=owner.patient, category=doctor.reason.category)
    with pytest.raises(AlreadyWaiting):
        ask_waiting(again, actor=owner.user)


def test_the_sweep_reads_as_often_for_two_as_for_thirty(
    doctor, full, django_assert_max_num_queries, django_assert_num_queries
):
    CentreFactory()
    waits("un")
    waits("deux")
    with django_assert_max_num_queries(20) as one:
        offer_freed()
    for number in range(28):
        waits(f"nom {number}")
    with django_assert_num_queries(len(one)):
        offer_freed()


def test_a_sweep_over_nobody_asks_once(doctor, django_assert_num_queries):
    with django_assert_num_queries(3):  # savepoint, question, release
        assert offer_freed() == 0


def test_night_and_day_are_those_of_the_house(doctor):
    waits("anne", last_day=MONDAY + timedelta(days=40))
    for hour, sent in ((20, 20), (21, 32), (23, 32), (31, 32), (32, 32)):
        moment = clock.at(MONDAY - timedelta(days=1), time(0)) + timedelta(hours=hour)
        SlotOffer.objects.all().delete()
        Appointment.objects.all().delete()
        WaitingRequest.objects.update(state="open", notices=0)
        OpeningFactory(
            practitioner=doctor.practitioner,
            start_at=on_monday(15) + timedelta(days=1),
            end_at=on_monday(16) + timedelta(days=1),
        )
        with time_machine.travel(moment, tick=False):
            offer_freed()
        assert SlotOffer.objects.get().sent_at - clock.at(MONDAY - timedelta(days=1), time(0)) == timedelta(
            hours=sent
        )
