"""Dates of a workshop are moved, called off, given to another; everybody who expects them is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from appointments.actions.cancel_session import cancel_session
from appointments.actions.change_session import SessionOver, change_session
from appointments.actions.enrol import enrol
from appointments.actions.plan_sessions import plan_sessions
from appointments.actions.save_workshop import save_workshop
from appointments.models import EnrolmentState, SessionState, WorkshopHost, WorkshopSession
from core.outbox.models import OutboxMessage, State
from tests.appointments.workshop_dates.conftest import EVENING, MORNING, fix, starts
from tests.cast import on_monday

pytestmark = pytest.mark.django_db


def test_a_date_that_moves_tells_everybody_who_expects_it(workshop, doctor, owner, outsider):
    workshop.seats = 1
    [cycle], _ = plan_sessions(
        workshop, [MORNING, EVENING], actor=doctor.user, place=workshop.place, room=None, seats=1
    )
    enrol(cycle, owner.patient, actor=owner.user)
    enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    OutboxMessage.objects.exclude(kind="workshops.reminder").delete()
    session = cycle.sessions.order_by("start_at").last()
    later = EVENING[0] + timedelta(days=7)
    change_session(
        session,
        actor=doctor.user,
        start_at=later,
        end_at=later + timedelta(hours=1),
        place=workshop.place,
        room=None,
    )
    session.refresh_from_db()
    assert (session.start_at, session.sequence) == (later, 1)
    assert WorkshopHost.objects.filter(session=session).get().start_at == later
    due = OutboxMessage.objects.filter(state=State.DUE)
    assert sorted(due.filter(kind="workshops.moved").values_list("address", flat=True)) == [
        "jeanne@example.org",
        "voisin@example.org",
    ]
    (reminder,) = due.filter(kind="workshops.reminder")
    assert (reminder.payload["session"], reminder.payload["session_sequence"]) == (session.pk, 1)
    # A note for the team alone tells nobody.
    before = OutboxMessage.objects.count()
    change_session(
        session, actor=doctor.user, start_at=later, end_at=session.end_at, place=workshop.place, room=None,
        note="Apporter le vidéoprojecteur",
    )  # fmt: skip
    assert OutboxMessage.objects.count() == before


def test_the_last_date_called_off_ends_the_enrolments(workshop, doctor, owner):
    [cycle], _ = fix(workshop, [MORNING, EVENING], doctor.user)
    row = enrol(cycle, owner.patient, actor=owner.user)
    first, last = cycle.sessions.order_by("start_at")
    cancel_session(first, actor=doctor.user, reason="Animateur souffrant")
    row.refresh_from_db()
    assert (row.state, row.sequence) == (EnrolmentState.ENROLLED, 0)
    cancel_session(last, actor=doctor.user)
    cancel_session(last, actor=doctor.user)
    row.refresh_from_db()
    cycle.refresh_from_db()
    assert (row.state, cycle.taken) == (EnrolmentState.CANCELLED, 0)
    told = OutboxMessage.objects.filter(kind="workshops.cancelled", state=State.DUE)
    assert sorted(one.payload["session"] for one in told) == [first.pk, last.pk]
    assert not OutboxMessage.objects.filter(kind="workshops.reminder", state=State.DUE).exists()
    assert set(WorkshopSession.objects.values_list("state", flat=True)) == {SessionState.CANCELLED}
    assert not WorkshopHost.objects.exists()


def test_what_is_over_does_not_change(workshop, doctor):
    [cycle], _ = fix(workshop, [MORNING], doctor.user)
    session = cycle.sessions.get()
    with time_machine.travel(MORNING[1], tick=False):
        with pytest.raises(SessionOver):
            cancel_session(session, actor=doctor.user)
        with pytest.raises(SessionOver):
            change_session(
                session,
                actor=doctor.user,
                start_at=EVENING[0],
                end_at=EVENING[1],
                place=workshop.place,
                room=None,
            )


def test_another_animator_is_taken_and_the_former_one_free_again(workshop, doctor, teammate, booked):
    fix(workshop, [MORNING], doctor.user)
    watched = save_workshop(workshop, [teammate.practitioner], actor=teammate.user)
    assert watched.settled == [booked.pk]
    assert list(WorkshopHost.objects.values_list("practitioner_id", flat=True)) == [teammate.practitioner.pk]
    assert on_monday(9, 20) in starts(doctor)
    assert on_monday(9, 20) not in starts(teammate)
