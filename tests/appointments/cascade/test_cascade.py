"""An absence and everybody whom it touches: planned whole, confirmed by somebody, each in a named state."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.actions.accept_offer import accept_offer
from appointments.actions.decline_offer import decline_offer
from appointments.actions.hold import hold
from appointments.actions.offer_freed import sweep_waiting_list
from appointments.actions.plan_cascade import change_line
from appointments.actions.send_cascade import AlreadyLeft, NothingToSend, send_cascade, undo_cascade
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.cascade import propose
from appointments.models import Appointment, CascadeLine, Disruption, SlotOffer, Status, WaitingRequest
from appointments.models.cascade import Step
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.appointments.cascade.conftest import WEEK, patient, plan, standings
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory

pytestmark = pytest.mark.django_db


def test_the_plan_gives_each_time_once_and_tells_nobody(absence, coordinator, teammate):
    OpeningFactory(
        practitioner=teammate.practitioner,
        start_at=on_monday(14) + timedelta(days=1),
        end_at=on_monday(14, 40) + timedelta(days=1),
    )
    cascade = plan(absence, coordinator)
    lines = [(line.step, line.start_at) for line in cascade.lines.order_by("appointment__start_at")]
    tuesday = on_monday(8) + timedelta(days=8)
    assert lines == [
        (Step.SAME, tuesday),
        (Step.SAME, tuesday + timedelta(minutes=20)),
        (Step.SAME, tuesday + timedelta(minutes=40)),
        (Step.OTHER, on_monday(14) + timedelta(days=1)),
        (Step.OTHER, on_monday(14, 20) + timedelta(days=1)),
        (Step.WAIT, None),
    ]
    assert (standings(absence), OutboxMessage.objects.count(), SlotOffer.objects.count()) == (
        {"planned": 6},
        0,
        0,
    )


def test_the_order_is_the_staffs(absence, coordinator, teammate):
    cascade = plan(absence, coordinator, Step.CALL)
    assert set(cascade.lines.values_list("step", flat=True)) == {"call"}
    cascade = plan(absence, coordinator, Step.WAIT, Step.SAME)
    assert set(cascade.lines.values_list("step", flat=True)) == {"wait"}


def test_confirmed_every_patient_is_in_a_named_state(absence, coordinator):
    lone = Appointment.objects.get(start_at=on_monday(9, 40))
    type(lone.patient).objects.filter(pk=lone.patient_id).update(email="", phone="")
    cascade = plan(absence, coordinator)
    assert send_cascade(cascade, actor=coordinator) == Counter({"same": 3, "wait": 2, "call": 1})
    assert standings(absence) == {"offered": 3, "waiting": 2, "unreachable": 1}
    kinds = Counter(OutboxMessage.objects.values_list("kind", flat=True))
    assert kinds == {"appointments.replacement": 3, "appointments.disrupted": 2}
    assert set(OutboxMessage.objects.values_list("due_at", flat=True)) == {SUNDAY_NOON + timedelta(minutes=1)}
    offer = SlotOffer.objects.first()
    assert offer.expires_at - offer.sent_at == timedelta(hours=24)
    requests = WaitingRequest.objects.values_list("priority", "only_earlier", "state")
    assert list(requests) == [(1, False, "open")] * 2
    assert AuditEvent.objects.get(action="cascade.sent").detail["lines"] == {"same": 3, "wait": 2, "call": 1}
    with pytest.raises(NothingToSend):
        send_cascade(cascade, actor=coordinator)


def test_undone_until_sent(absence, coordinator):
    cascade = plan(absence, coordinator)
    send_cascade(cascade, actor=coordinator)
    undo_cascade(cascade, actor=coordinator)
    assert standings(absence) == {"planned": 6}
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert not Appointment.objects.filter(status=Status.HELD).exists()
    assert not WaitingRequest.objects.live().exists()
    # And sent again: the same people, the same times.
    assert send_cascade(cascade, actor=coordinator)["same"] == 3
    assert OutboxMessage.objects.filter(state=State.DUE).count() == 6
    with (
        time_machine.travel(SUNDAY_NOON + timedelta(seconds=61), tick=False),
        pytest.raises(AlreadyLeft),
    ):
        undo_cascade(cascade, actor=coordinator)


def test_answers_and_silence(absence, coordinator):
    cascade = plan(absence, coordinator, Step.SAME, Step.CALL)
    send_cascade(cascade, actor=coordinator)
    yes, no, _silent = SlotOffer.objects.order_by("start_at")
    with time_machine.travel(SUNDAY_NOON + timedelta(hours=1), tick=False):
        accept_offer(yes, actor=coordinator)
        decline_offer(no, actor=coordinator)
        assert standings(absence) == {"offered": 1, "call": 4, "replaced": 1}
    with time_machine.travel(SUNDAY_NOON + timedelta(hours=25), tick=False):
        sweep_waiting_list()
        counts = standings(absence)
    assert (counts["replaced"], counts["call"]) == (1, 5)
    moved = Appointment.objects.get(pk=yes.replaces_id)
    assert (moved.start_at, moved.sequence) == (on_monday(8) + timedelta(days=8), 1)


def test_planned_again_for_who_is_left_and_not_the_refused_time(absence, coordinator):
    cascade = plan(absence, coordinator, Step.SAME, Step.CALL)
    send_cascade(cascade, actor=coordinator)
    first = SlotOffer.objects.order_by("start_at").first()
    decline_offer(first, actor=coordinator)
    plan(absence, coordinator, Step.SAME, Step.CALL)
    line = CascadeLine.objects.get(appointment=first.replaces_id)
    assert (line.step, line.sent_at) == (Step.CALL, None)
    freed = CascadeLine.objects.get(start_at=first.start_at, sent_at=None)
    assert freed.appointment_id != first.replaces_id


def test_a_time_taken_meanwhile_stays_on_the_plan(absence, coordinator, doctor):
    cascade = plan(absence, coordinator)
    hold(doctor.reason, on_monday(8) + timedelta(days=8), holder="passant")
    assert send_cascade(cascade, actor=coordinator) == Counter({"taken": 1, "same": 2, "wait": 3})
    assert CascadeLine.objects.get(was_taken=True).sent_at is None
    assert standings(absence) == {"planned": 1, "offered": 2, "waiting": 3}


def test_a_line_changed_by_hand_stays(absence, coordinator):
    cascade = plan(absence, coordinator)
    line = cascade.lines.order_by("appointment__start_at").first()
    change_line(line, Step.CALL, actor=coordinator)
    plan(absence, coordinator)
    line.refresh_from_db()
    assert (line.step, line.by_hand) == (Step.CALL, True)
    assert cascade.lines.count() == 6


def test_the_doctor_comes_after_all(absence, coordinator, doctor):
    cascade = plan(absence, coordinator)
    send_cascade(cascade, actor=coordinator)
    withdraw_absence(absence, actor=coordinator)
    assert set(SlotOffer.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not WaitingRequest.objects.live().exists()
    assert set(Disruption.objects.values_list("outcome", flat=True)) == {"kept"}


def test_the_list_serves_those_who_wait_because_of_an_absence_first(absence, coordinator, doctor):
    cascade = plan(absence, coordinator, Step.WAIT)
    send_cascade(cascade, actor=coordinator)
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + timedelta(days=9),
        end_at=on_monday(8, 20) + timedelta(days=9),
    )
    sweep_waiting_list()
    offers = SlotOffer.objects.filter(state="sent")
    assert offers.count() == 4
    assert {offer.request.current_id for offer in offers} <= set(
        cascade.lines.values_list("appointment_id", flat=True)
    )
    visit = accept_offer(offers[0], actor=coordinator)
    assert Disruption.objects.get(appointment=visit).outcome == "moved"


def test_two_professionals_at_once_are_called(absence, coordinator, teammate):
    first = Appointment.objects.get(start_at=on_monday(8))
    AppointmentFactory(
        reason=teammate.reason, patient=first.patient, start_at=on_monday(8), accompanies=first
    )
    cascade = plan(absence, coordinator)
    assert cascade.lines.get(appointment=first).step == Step.CALL


def test_proposals_cost_the_same_for_two_as_for_thirty(doctor, teammate):
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + WEEK,
        end_at=on_monday(20) + WEEK,
    )
    visits = [
        AppointmentFactory(
            reason=doctor.reason,
            start_at=on_monday(10) + timedelta(minutes=20 * number),
            patient=patient(number),
        )
        for number in range(30)
    ]
    counts = []
    for some in (visits[:2], visits):
        with CaptureQueriesContext(connection) as queries:
            found = propose(some, within_days=21, now=SUNDAY_NOON)
        counts.append(len(queries))
        slots = [(one.slot.reason.practitioner_id, one.slot.start) for one in found if one.slot]
        assert len(found) == len(some)
        assert len(set(slots)) == len(slots) == len(some)
    assert counts[0] == counts[1] <= 10
