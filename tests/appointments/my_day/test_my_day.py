"""« Ma journée »: who sees which list, its counts and notes, what waits beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.actions.change_state import Step, change_state
from appointments.models import Disruption, EmergencyFolder, Status
from core.audit.models import AuditEvent
from core.outbox.models import State
from tests.appointments.my_day.conftest import url
from tests.cast import on_monday, sign_in
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db


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
