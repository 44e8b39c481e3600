"""An absence and everybody whom it touches: planned whole, confirmed by somebody, each in a named state."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.actions.accept_offer import accept_offer
from appointments.actions.declare_absence import declare_absence
from appointments.actions.decline_offer import decline_offer
from appointments.actions.hold import hold
from appointments.actions.offer_freed import sweep_waiting_list
from appointments.actions.plan_cascade import change_line, plan_cascade
from appointments.actions.send_cascade import AlreadyLeft, NothingToSend, send_cascade, undo_cascade
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.cascade import USUAL_STEPS, propose
from appointments.cascade_progress import Standing, progress_of
from appointments.models import (
    Absence,
    Appointment,
    Cascade,
    CascadeLine,
    Disruption,
    SlotOffer,
    Status,
    WaitingRequest,
)
from appointments.models.cascade import Step
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def coordinator(db, sunday):
    user = UserFactory(first_name="Hélène", last_name="Coordonne")
    RoleAssignmentFactory(user=user, role=Role.COORDINATOR)
    return user


def patient(number: int, **fields):
    return PatientFactory(birth_name=f"Patient{number}", **({"email": f"p{number}@example.org"} | fields))


@pytest.fixture
def absence(doctor, coordinator) -> Absence:
    """Six patients on Monday; the doctor will be away, and is back on Tuesday of the next week for three."""
    for number in range(6):
        AppointmentFactory(
            reason=doctor.reason,
            start_at=on_monday(8) + timedelta(minutes=20 * number),
            patient=patient(number),
        )
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + timedelta(days=8),
        end_at=on_monday(9) + timedelta(days=8),
    )
    row = Absence(practitioner=doctor.practitioner, start_at=on_monday(0), end_at=on_monday(0) + WEEK)
    declare_absence(row, actor=coordinator)
    return row


def standings(absence) -> dict[str, int]:
    cascade = Cascade.objects.filter(absence=absence).first()
    return {str(one): number for one, number in progress_of(absence, cascade).counts}


def plan(absence, coordinator, *steps) -> Cascade:
    return plan_cascade(absence, steps or USUAL_STEPS, 21, actor=coordinator)


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


# The screens -------------------------------------------------------------------------------------------------------


def test_from_the_absence_to_the_last_patient(absence, coordinator, doctor):
    client = sign_in(coordinator)
    args = [doctor.practitioner.slug, absence.pk]
    assert reverse("cascade", args=args) in client.get(reverse("disruptions")).text
    page = client.get(reverse("cascade", args=args))
    assert (page.status_code, Cascade.objects.count()) == (200, 0)
    order = {"step0": "same", "step1": "wait", "within_days": "21"}
    assert client.post(reverse("propose_cascade", args=args), order).status_code == 302
    assert "propositions sont prêtes" in client.get(reverse("cascade", args=args)).text
    line = CascadeLine.objects.order_by("appointment__start_at").first()
    url = reverse("edit_cascade_line", args=[*args, line.appointment.reference])
    choices = client.get(url)
    # The times of the other lines are not on offer.
    assert [slot.start_at for slot in choices.context["same"]] == [on_monday(8) + timedelta(days=8)]
    assert client.post(url, {"slot": "x"}).status_code == 409
    assert client.post(url, {"slot": "call"}).status_code == 302
    sent = client.post(reverse("send_cascade", args=args), follow=True)
    assert "6 patients sont prévenus." in sent.text
    assert 'data-testid="undo"' in sent.text
    undone = client.post(reverse("undo_cascade", args=args), follow=True)
    assert "rien n’est parti" in undone.text
    client.post(reverse("send_cascade", args=args))
    assert client.post(reverse("send_cascade", args=args)).status_code == 409


def test_a_plan_without_a_first_step_is_explained(absence, coordinator, doctor):
    client = sign_in(coordinator)
    page = client.post(reverse("propose_cascade", args=[doctor.practitioner.slug, absence.pk]), {"step0": ""})
    assert (page.status_code, Cascade.objects.count()) == (422, 0)


def test_declaring_an_absence_leads_to_its_patients(booked, doctor):
    url = reverse("add_absence", args=[doctor.practitioner.slug])
    data = {"first_day": "2026-11-23", "last_day": "2026-11-23", "kind": "leave", "step": "save"}
    page = doctor.client.post(url, data)
    assert page.url == reverse("cascade", args=[doctor.practitioner.slug, Absence.objects.get().pk])


@pytest.mark.parametrize("name", ["propose_cascade", "send_cascade", "undo_cascade"])
def test_not_by_others_and_not_by_looking(absence, coordinator, doctor, teammate, owner, name):
    plan(absence, coordinator)
    args = [doctor.practitioner.slug, absence.pk]
    assert doctor.client.get(reverse(name, args=args)).status_code == 405
    line = CascadeLine.objects.first()
    edit = reverse("edit_cascade_line", args=[*args, line.appointment.reference])
    for person in (teammate, owner):
        assert person.client.post(reverse(name, args=args)).status_code == 404
        assert person.client.get(reverse("cascade", args=args)).status_code == 404
        assert person.client.get(edit).status_code == 404
    assert OutboxMessage.objects.count() == 0


def test_the_screen_reads_as_often_for_six_as_for_thirty(absence, coordinator, doctor):
    client = sign_in(coordinator)
    send_cascade(plan(absence, coordinator), actor=coordinator)
    url = reverse("cascade", args=[doctor.practitioner.slug, absence.pk])
    counts = []
    for more in (0, 24):
        for number in range(more):
            visit = AppointmentFactory(
                reason=doctor.reason,
                start_at=on_monday(11) + timedelta(minutes=20 * number),
                patient=patient(100 + number),
            )
            Disruption.objects.create(appointment=visit, cause="absence")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_patient_reads_the_truth(owner, booked, doctor, coordinator):
    row = Absence(practitioner=doctor.practitioner, start_at=on_monday(0), end_at=on_monday(0) + WEEK)
    declare_absence(row, actor=coordinator)
    for url in (reverse("my_space"), reverse("appointment", args=[booked.reference])):
        text = owner.client.get(url).text
        assert "Votre professionnel sera absent ce jour-là." in text
    assert "est confirmé" not in text
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + WEEK,
        end_at=on_monday(8, 20) + WEEK,
    )
    send_cascade(plan(row, coordinator), actor=coordinator)
    offer = SlotOffer.objects.get()
    assert offer.token not in owner.client.get(reverse("my_space")).text
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=2), tick=False):
        assert offer.token in owner.client.get(reverse("my_space")).text
        page = owner.client.get(reverse("offer", args=[offer.token]))
        assert "ne pourra pas avoir lieu" in page.text


def test_too_late_to_move_online_does_not_hold_where_the_house_is_the_cause(
    owner, booked, doctor, coordinator
):
    with time_machine.travel(on_monday(7), tick=False):
        url = reverse("move_appointment", args=[booked.reference])
        assert sign_in(owner.user).get(url).status_code == 409
        Disruption.objects.create(appointment=booked, cause="absence")
        assert sign_in(owner.user).get(url).status_code == 200


def test_every_standing_has_a_word():
    assert {str(one) for one in Standing} == {
        *("new", "planned", "offered", "waiting", "call", "unreachable", "replaced", "kept", "cancelled")
    }
