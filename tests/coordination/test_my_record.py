"""The patient reads what is in his shared record, and closes a line to whom he likes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Status
from coordination.models import EntryOpposition
from core.audit.models import AuditEvent
from patients.models.proxy import Relation
from tests.cast import on_monday, sign_in
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.medical_facts import AllergyFactory
from tests.factories.patients import ProxyFactory


@pytest.fixture
def allergy(owner, doctor, teammate, booked):
    """Noted by the doctor; the teammate takes part by a visit of his own."""
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9, 40))
    return AllergyFactory(patient=owner.patient, noted_by=doctor.user)


def lines(client, owner) -> list[str]:
    page = client.get(reverse("record_of", args=[owner.patient.pk])).context["page"]
    return [line.title for line in page.lines]


def reads(doctor, owner) -> list[str]:
    page = doctor.client.get(reverse("patient_record", args=[owner.patient.pk])).context["page"]
    return [str(line.title) for line in page.lines]


def test_titles_dates_authors_and_nothing_more(owner, doctor, allergy):
    page = owner.client.get(reverse("record_of", args=[owner.patient.pk]))
    assert lines(owner.client, owner) == ["Allergie notée\u00a0: Pénicilline"]
    assert str(doctor.user) in page.text
    assert "Œdème" not in page.text


def test_closed_to_one_then_opened_again(owner, doctor, teammate, allergy):
    assert len(reads(teammate, owner)) == 1
    url = reverse("close_entry", args=[owner.patient.pk, "allergy", allergy.pk])
    form = owner.client.get(url).context["form"]
    assert [key for key, _label in form.fields["whom"].choices] == [str(teammate.practitioner.pk), "tous"]
    refused = owner.client.post(url, {"whom": str(doctor.practitioner.pk)})
    assert (refused.status_code, EntryOpposition.objects.count()) == (422, 0)
    for _twice in range(2):
        assert owner.client.post(url, {"whom": str(teammate.practitioner.pk)}).status_code == 302
    row = EntryOpposition.objects.get()
    assert (row.patient, row.kind, row.entry, row.practitioner, row.author, row.opposed_by) == (
        owner.patient,
        "allergy",
        allergy.pk,
        teammate.practitioner,
        doctor.practitioner,
        owner.user,
    )
    assert (len(reads(teammate, owner)), len(reads(doctor, owner))) == (0, 1)
    assert "Fermé à" in owner.client.get(reverse("record_of", args=[owner.patient.pk])).text
    assert owner.client.post(reverse("reopen_entry", args=[row.pk])).status_code == 302
    assert len(reads(teammate, owner)) == 1
    trail = AuditEvent.objects.filter(action__startswith="entry.").order_by("pk")
    assert [(line.action, line.actor) for line in trail] == [
        ("entry.closed", owner.user),
        ("entry.reopened", owner.user),
    ]


def test_closed_to_all_but_the_author(owner, doctor, teammate, allergy):
    url = reverse("close_entry", args=[owner.patient.pk, "allergy", allergy.pk])
    assert owner.client.post(url, {"whom": "tous"}).status_code == 302
    assert (len(reads(teammate, owner)), len(reads(doctor, owner))) == (0, 1)


@pytest.mark.parametrize("kind", ["consent", "death", "emergency", "nothing"])
def test_what_cannot_be_closed_is_missing(owner, allergy, kind):
    assert owner.client.get(reverse("close_entry", args=[owner.patient.pk, kind, 1])).status_code == 404


def test_others_find_nothing(owner, outsider, doctor, allergy):
    row = EntryOpposition.objects.create(
        patient=owner.patient, kind="allergy", entry=allergy.pk, opposed_by=owner.user
    )
    close = reverse("close_entry", args=[outsider.patient.pk, "allergy", allergy.pk])
    found = [
        client.get(reverse("record_of", args=[owner.patient.pk])).status_code
        for client in (outsider.client, doctor.client)
    ]
    assert found == [404, 404]
    assert outsider.client.post(close, {"whom": "tous"}).status_code == 404
    assert outsider.client.post(reverse("reopen_entry", args=[row.pk])).status_code == 404


def test_a_relative_does_not_read_what_is_sensitive(owner, doctor, allergy):
    AppointmentFactory(
        reason=VisitReasonFactory(practitioner=doctor.practitioner, name="Contraception", is_sensitive=True),
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=7),
        status=Status.FULFILLED,
    )
    parent = UserFactory()
    ProxyFactory(user=parent, patient=owner.patient, relation=Relation.CHILD)
    assert [("Contraception" in lines(client, owner)) for client in (owner.client, sign_in(parent))] == [
        True,
        False,
    ]


def test_as_many_queries_for_one_as_for_thirty(owner, doctor, allergy, django_assert_max_num_queries):
    url = reverse("record_of", args=[owner.patient.pk])
    owner.client.get(url)
    with django_assert_max_num_queries(12) as asked:
        owner.client.get(url)
    for _number in range(40):
        AllergyFactory(patient=owner.patient, noted_by=doctor.user)
    with django_assert_max_num_queries(len(asked)):
        assert len(owner.client.get(url).context["page"].lines) == 30
