"""« Ma journée »: the table of steps, what each writes, how it is undone, by whom and when."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.urls import reverse

from appointments.actions.change_state import (
    CHANGES,
    NotToday,
    NotYet,
    Step,
    TimeGiven,
    WrongStep,
    change_state,
    possible_steps,
)
from appointments.models import Appointment, Disruption, Status
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.appointments.my_day.conftest import NOTHING, put, stamps, url
from tests.cast import on_monday, sign_in
from tests.factories.appointments import AppointmentFactory

pytestmark = pytest.mark.django_db


def test_the_whole_table(booked, doctor, monday):
    """Every state and every step: what is not in the table is refused and changes nothing."""
    allowed = {(change.before, step): change.after for step, change in CHANGES.items()}
    allowed |= {(change.after, Step.UNDO): change.before for change in CHANGES.values()}
    assert len(allowed) == 11
    results = {}
    for status, step in product(Status, Step):
        if status in (Status.HELD, Status.LAPSED):
            continue
        put(booked, status)
        try:
            results[status, step] = change_state(booked, step, actor=doctor.user).status
        except WrongStep:
            booked.refresh_from_db()
            assert booked.status == status
        put(booked, Status.BOOKED)
        Appointment.objects.update(**NOTHING)
    assert results == allowed


def test_a_visit_from_the_door_to_the_end(booked, doctor, desk, monday):
    client = sign_in(desk)
    assert client.post(url(booked, "arrive")).status_code == 302
    with time_machine.travel(monday + timedelta(minutes=12), tick=False):
        doctor.client.post(url(booked, "commence"))
    with time_machine.travel(monday + timedelta(minutes=30), tick=False):
        sign_in(doctor.user).post(url(booked, "termine"))
    booked.refresh_from_db()
    assert (booked.status, stamps(booked)) == (
        Status.FULFILLED,
        NOTHING
        | {
            "arrived_at": monday,
            "begun_at": monday + timedelta(minutes=12),
            "finished_at": monday + timedelta(minutes=30),
        },
    )
    trail = AuditEvent.objects.filter(subject_id=booked.pk).order_by("pk")
    assert [(line.action, line.actor_id, line.patient_id, line.detail) for line in trail] == [
        (f"appointment.{after}", actor, booked.patient_id, detail(booked, before, after))
        for before, after, actor in (
            ("booked", "arrived", desk.pk),
            ("arrived", "in-progress", doctor.user.pk),
            ("in-progress", "fulfilled", doctor.user.pk),
        )
    ]


def detail(appointment, before, after):
    return {"reference": appointment.reference, "before": before, "after": after}


def test_undone_step_by_step(booked, doctor, monday):
    for step in ("arrive", "commence", "revient", "revient"):
        doctor.client.post(url(booked, step))
    booked.refresh_from_db()
    assert (booked.status, stamps(booked)) == (Status.BOOKED, NOTHING)
    assert AuditEvent.objects.filter(action="appointment.state_undone").count() == 2


def test_excused_gives_the_time_back_and_takes_it_again(booked, doctor, owner, monday):
    Disruption.objects.create(appointment=booked, cause="absence")
    later = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9, 40))
    doctor.client.post(url(later, "excuse"), {"note": "Enfant malade"})
    doctor.client.post(url(booked, "excuse"))
    later.refresh_from_db()
    assert (later.status, later.occupies, later.cancel_note, later.cancelled_by, later.sequence) == (
        Status.CANCELLED,
        False,
        "Enfant malade",
        doctor.user,
        1,
    )
    assert list(Disruption.objects.values_list("outcome", flat=True)) == ["cancelled"]
    told = OutboxMessage.objects.filter(subject_id=later.pk, channel="email")
    assert [(row.kind, row.recipient) for row in told] == [("appointments.cancelled", owner.user)]
    doctor.client.post(url(later, "revient"))
    later.refresh_from_db()
    assert (later.status, stamps(later), later.cancel_note, later.sequence) == (
        Status.BOOKED,
        NOTHING,
        "",
        2,
    )
    assert set(told.values_list("kind", flat=True)) == {"appointments.cancelled", "appointments.booked"}


def test_a_time_given_meanwhile_is_not_taken_back(booked, doctor, monday):
    change_state(booked, Step.EXCUSE, actor=doctor.user)
    AppointmentFactory(reason=doctor.reason, start_at=booked.start_at)
    with pytest.raises(TimeGiven):
        change_state(booked, Step.UNDO, actor=doctor.user)
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED


def test_an_ordinary_cancellation_is_not_undone(booked, doctor, monday):
    Appointment.objects.update(status=Status.CANCELLED, cancelled_at=monday)
    with pytest.raises(WrongStep):
        change_state(booked, Step.UNDO, actor=doctor.user)


def test_only_on_its_day(booked, doctor):
    for step in (Step.ARRIVE, Step.EXCUSE, Step.ABSENT):
        with pytest.raises(NotToday):
            change_state(booked, step, actor=doctor.user)
    with time_machine.travel(on_monday(8, 30), tick=False), pytest.raises(NotYet):
        change_state(booked, Step.ABSENT, actor=doctor.user)
    with time_machine.travel(on_monday(8) + timedelta(days=1), tick=False):
        assert possible_steps(booked, clock.now()) == [Step.SEEN, Step.ABSENT]
        absent = change_state(booked, Step.ABSENT, actor=doctor.user)
        assert (absent.status, absent.occupies) == (Status.NO_SHOW, True)
        with pytest.raises(NotToday):
            change_state(booked, Step.UNDO, actor=doctor.user)


def test_not_by_others_and_not_by_looking(booked, doctor, teammate, owner, monday):
    assert doctor.client.get(url(booked, "arrive")).status_code == 405
    for person in (teammate, owner):
        assert person.client.post(url(booked, "arrive")).status_code == 404
        assert person.client.post(reverse("note_visit", args=[booked.reference])).status_code == 404
    assert doctor.client.post(url(booked, "danse")).status_code == 404
    booked.refresh_from_db()
    assert (booked.status, booked.team_note) == (Status.BOOKED, "")
