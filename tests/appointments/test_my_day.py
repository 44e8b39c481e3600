"""« Ma journée »: the table of steps, what each writes, who sees which list."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
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
from appointments.models import Appointment, Disruption, EmergencyFolder, Status
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db

STAMPS = ("arrived_at", "begun_at", "finished_at", "excused_at", "cancelled_at")
NOTHING = dict.fromkeys(STAMPS)


@pytest.fixture
def monday(booked, doctor, teammate, owner):
    """It is Monday, ten past nine; the owner was expected at nine."""
    with time_machine.travel(on_monday(9, 10), tick=False):
        for person in (doctor, teammate, owner):
            person.client.force_login(person.user)
        yield on_monday(9, 10)


@pytest.fixture
def desk(db, sunday):
    user = UserFactory(email="accueil@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def stamps(appointment: Appointment) -> dict[str, object]:
    return {name: getattr(appointment, name) for name in STAMPS}


def url(appointment: Appointment, step: str) -> str:
    return reverse("change_visit", args=[appointment.reference, step])


def put(appointment: Appointment, status: Status) -> None:
    cancelled = {"cancelled_at": on_monday(9), "excused_at": on_monday(9)}
    Appointment.objects.filter(pk=appointment.pk).update(
        status=status, **(cancelled if status == Status.CANCELLED else {})
    )
    appointment.refresh_from_db()


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


def test_who_sees_which_list(booked, doctor, teammate, owner, desk, monday):
    hers = AppointmentFactory(reason=teammate.reason, start_at=on_monday(8))
    address = reverse("my_day")

    def seen(client, **asked):
        page = client.get(address, asked)
        return [line.appointment for line in page.context["shown"].lines] if page.status_code == 200 else None

    assert seen(doctor.client) == [booked]
    assert seen(teammate.client) == [hers]
    assert seen(doctor.client, qui=teammate.practitioner.slug) is None
    assert seen(sign_in(desk)) == [hers, booked]
    assert seen(sign_in(desk), qui=doctor.practitioner.slug) == [booked]
    assert seen(sign_in(desk), jour="2026-11-24") == []
    assert seen(owner.client) is None


def test_sensitive_reasons_are_for_the_practitioner_alone(booked, doctor, desk, monday):
    reason = VisitReasonFactory(practitioner=doctor.practitioner, name="Dépistage", is_sensitive=True)
    AppointmentFactory(reason=reason, start_at=on_monday(9, 40))
    assert "Dépistage" in doctor.client.get(reverse("my_day")).text
    assert "Dépistage" not in sign_in(desk).get(reverse("my_day")).text


def test_counts_the_next_and_the_missed(booked, doctor, teammate, owner, monday):
    for days in (7, 14, 400):
        AppointmentFactory(
            reason=doctor.reason,
            patient=owner.patient,
            start_at=on_monday(9) - timedelta(days=days),
            status=Status.NO_SHOW,
        )
    AppointmentFactory(
        reason=teammate.reason,
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=8),
        status=Status.NO_SHOW,
    )
    early = AppointmentFactory(reason=doctor.reason, start_at=on_monday(9, 40))
    change_state(early, Step.ARRIVE, actor=doctor.user)
    with time_machine.travel(monday + timedelta(minutes=7), tick=False):
        shown = doctor.client.get(reverse("my_day")).context["shown"]
    assert [(line.appointment, line.missed, line.waited) for line in shown.lines] == [
        (booked, 2, None),
        (early, 0, 7),
    ]
    assert shown.counts == [(Status.BOOKED, 1), (Status.ARRIVED, 1)]
    assert shown.next_line.appointment == early


def test_the_note_for_the_team(booked, doctor, monday):
    doctor.client.post(reverse("note_visit", args=[booked.reference]), {"note": "  En   fauteuil "})
    booked.refresh_from_db()
    assert booked.team_note == "En fauteuil"
    line = AuditEvent.objects.get(action="appointment.noted")
    assert (line.actor, line.detail) == (doctor.user, {"reference": booked.reference})


def test_a_tap_answers_the_list_alone_and_a_refusal_says_why(booked, doctor, monday):
    answer = doctor.client.post(url(booked, "arrive"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    again = doctor.client.post(url(booked, "arrive"), headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert "Ce rendez-vous est « arrivé »" in again.text.replace("\u00a0", " ")


def test_what_waits(booked, doctor, desk, monday):
    ahead = AppointmentFactory(reason=doctor.reason, start_at=on_monday(9, 40))
    Disruption.objects.create(appointment=ahead, cause="absence")
    EmergencyFolder.objects.create(written_at=monday, first_day=monday, last_day=monday)
    expected = [("1 rendez-vous à replacer", reverse("disruptions"))]
    assert doctor.client.get(reverse("my_day")).context["waiting"] == expected
    assert sign_in(desk).get(reverse("my_day")).context["waiting"] == expected
    EmergencyFolder.objects.update(written_at=monday - timedelta(days=2))
    old = ("Le dossier d’urgence est trop ancien", reverse("emergency_folder"))
    assert sign_in(desk).get(reverse("my_day")).context["waiting"] == [*expected, old]


def test_messages_that_reached_nobody(booked, doctor, teammate, owner, desk, monday):
    """Only about visits still to come with one's own patients, and only where no other way brought it."""
    ahead = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9, 40))
    about = {"subject_type": "appointments.appointment", "state": State.FAILED, "kind": "appointments.booked"}
    lost = OutboxMessageFactory(subject_id=ahead.pk, last_error="boîte pleine", **about)
    OutboxMessageFactory(subject_id=booked.pk, **about)  # ten minutes ago
    brought = OutboxMessageFactory(subject_id=ahead.pk, channel="sms", **about)
    OutboxMessageFactory(
        subject_id=ahead.pk,
        fallback_of=brought,
        **about | {"state": State.SENT},
        sent_at=monday,
    )
    page = doctor.client.get(reverse("unreached"))
    assert [(row, visit) for row, _kind, visit in page.context["lines"]] == [(lost, ahead)]
    assert "boîte pleine" in page.text
    assert ("1 message non reçu par un patient", reverse("unreached")) in doctor.client.get(
        reverse("my_day")
    ).context["waiting"]
    assert teammate.client.get(reverse("unreached")).context["lines"] == []
    assert len(sign_in(desk).get(reverse("unreached")).context["lines"]) == 1
    assert owner.client.get(reverse("unreached")).status_code == 404


def test_as_many_queries_for_one_as_for_thirty(
    booked, doctor, desk, monday, django_assert_max_num_queries, django_assert_num_queries
):
    at_desk = sign_in(desk)
    for client in (doctor.client, at_desk):
        client.get(reverse("my_day"))  # what waits in the menu is counted once a minute
    with django_assert_max_num_queries(15):
        at_desk.get(reverse("my_day"))
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(reverse("my_day"))
    for number in range(29):
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(10) + timedelta(minutes=20 * number))
    with django_assert_num_queries(len(first)):
        assert len(doctor.client.get(reverse("my_day")).context["shown"].lines) == 30
