"""The patient's own appointments: seen, cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Appointment, Disruption, Status
from appointments.models.disruption import Cause
from appointments.models.reason import PlaceKind
from core.audit.models import AuditEvent
from patients.models import Proxy
from tests.factories.appointments import VisitReasonFactory
from tests.patients.conftest import *  # noqa: F403 – the same cast
from tests.patients.conftest import pending_parent, signed_in, visit

pytestmark = pytest.mark.django_db


def shown(client, name="my_space"):
    page = client.get(reverse(name))
    assert page.status_code == 200
    text = page.content.decode()
    return {row.reference for row in Appointment.objects.all() if row.reference in text}


def test_coming_visits_of_oneself_and_of_relatives(owner, patient, child, outsider):
    mine, his = visit(patient, days=3), visit(child, days=2)
    visit(patient, days=5, status=Status.CANCELLED, cancelled_at="2026-01-01T00:00Z")
    visit(patient, days=-3)
    visit(pending_parent(owner).patient, days=4)
    client = signed_in(owner)
    assert shown(client) == {mine.reference, his.reference}
    text = client.get(reverse("my_space")).content.decode()
    assert text.index(his.reference) < text.index(mine.reference)
    assert "Léo Lefebvre" in text
    assert shown(signed_in(outsider)) == set()


def test_what_is_far_is_folded_and_what_is_in_trouble_is_not(owner, patient):
    *visits, last = [visit(patient, days=day) for day in range(1, 8)]
    Disruption.objects.create(appointment=last, cause=Cause.ABSENCE)
    page = signed_in(owner).get(reverse("my_space"))
    near, later = ([row.visit for row in page.context[name]] for name in ("visits", "later_visits"))
    assert (near, later) == ([*visits[:4], last], visits[4:])
    assert "Voir les 2 autres rendez-vous" in " ".join(page.text.split())


def test_an_empty_space_shows_the_way(owner):
    text = signed_in(owner).get(reverse("my_space")).content.decode()
    assert "Aucun rendez-vous à venir" in text
    assert reverse("find") in text


def test_past_visits_by_pages(owner, patient):
    reason = VisitReasonFactory()
    for day in range(1, 22):
        visit(patient, days=-day, status=Status.FULFILLED, reason=reason)
    cancelled = visit(patient, days=9, status=Status.CANCELLED, cancelled_at="2026-01-01T00:00Z")
    client = signed_in(owner)
    assert client.get(reverse("past_appointments")).context["page"].paginator.count == 22
    first_page = client.get(reverse("past_appointments")).content.decode()
    assert cancelled.reference in first_page
    # « honoré » is the desk's word.
    assert "honoré" not in first_page
    assert len(client.get(reverse("past_appointments"), {"page": 2}).context["page"]) == 2
    assert client.get(reverse("past_appointments"), {"page": "x"}).status_code == 200


def test_a_past_visit_has_a_mark_only_where_something_is_to_be_said(owner, patient):
    for number, status in enumerate((Status.FULFILLED, Status.BOOKED, Status.NO_SHOW)):
        visit(patient, days=-2 - number, status=status)
    page = signed_in(owner).get(reverse("past_appointments")).text
    assert (page.count('<li class="tile'), page.count('class="status '), "manqué" in page) == (3, 1, True)


@pytest.mark.parametrize("kind", [PlaceKind.CENTRE, PlaceKind.VIDEO])
def test_what_has_begun_is_not_past_as_well(kind, owner, patient):
    visit(patient, days=-10 / 24 / 60, place_kind=kind)
    over = visit(patient, days=-1.5)
    client = signed_in(owner)
    on, past = shown(client), shown(client, "past_appointments")
    assert (len(on), past) == (1, {over.reference})


def test_cancelling_says_what_follows_then_does_it(owner, patient, child):
    appointment = visit(child)
    client, url = signed_in(owner), reverse("cancel_appointment", args=[appointment.reference])
    page = client.get(url).content.decode()
    assert "aussitôt proposé à quelqu’un d’autre" in page
    assert "Léo Lefebvre" in page
    answer = client.post(url, follow=True)
    assert answer.redirect_chain == [(reverse("my_space"), 302)]
    assert "est annulé." in answer.content.decode()
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by) == (Status.CANCELLED, owner)
    assert AuditEvent.objects.filter(action="appointment.cancelled", patient_id=child.pk).count() == 1


def test_cancelling_twice_cancels_once(owner, patient):
    appointment = visit(patient)
    client, url = signed_in(owner), reverse("cancel_appointment", args=[appointment.reference])
    assert [client.post(url).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="appointment.cancelled").count() == 1
    assert client.get(url)["Location"] == reverse("appointment", args=[appointment.reference])


def test_too_late_is_a_sentence_with_a_telephone_number(owner, patient):
    appointment = visit(patient, days=0.5)
    client, url = signed_in(owner), reverse("cancel_appointment", args=[appointment.reference])
    page = client.get(url).content.decode()
    assert "trop proche pour être annulé en ligne" in page
    assert 'href="tel:+33321000000"' in page
    assert 'data-testid="cancel"' not in page
    answer = client.post(url)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED
    assert "Trop proche pour être changé en ligne" in client.get(reverse("my_space")).content.decode()


def test_a_relative_whose_right_ended_is_out_of_reach(owner, patient, child):
    appointment = visit(child)
    Proxy.objects.filter(user=owner, patient=child).update(
        until=appointment.start_at.date() - timedelta(days=30)
    )
    client = signed_in(owner)
    assert shown(client) == set()
    assert client.post(reverse("cancel_appointment", args=[appointment.reference])).status_code == 404
