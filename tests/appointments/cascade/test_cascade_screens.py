"""The screens of an absence: from its declaration to the last patient, who reads the truth on his own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.actions.declare_absence import declare_absence
from appointments.actions.send_cascade import send_cascade
from appointments.cascade_progress import Standing
from appointments.models import Absence, Cascade, CascadeLine, Disruption, SlotOffer
from core.outbox.models import OutboxMessage
from tests.appointments.cascade.conftest import WEEK, patient, plan
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.appointments import AppointmentFactory, OpeningFactory

pytestmark = pytest.mark.django_db


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
