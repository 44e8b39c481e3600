"""What the portal knows of a person, handed over or forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from appointments.actions import erase
from appointments.actions.invite import invite
from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from core.audit.record import record
from core.outbox.models import OutboxMessage
from patients.models import ErasureRequest, NoticePreference, Patient, Proxy
from tests.factories.patients import ProxyFactory
from tests.patients.conftest import *  # noqa: F403 – the same cast
from tests.patients.conftest import pending_parent, signed_in, visit

pytestmark = pytest.mark.django_db


def body(response):
    return b"".join(response.streaming_content).decode()


def test_the_file_holds_everything_of_the_own_people_and_nothing_of_others(owner, patient, child, outsider):
    mine, his = visit(patient, days=3, patient_message="J’ai mal au dos"), visit(child, days=-3)
    foreign = visit(Proxy.objects.get(user=outsider).patient)
    record(outsider, "patient.opened", patient, patient_id=patient.pk, reason="rendez-vous")
    response = signed_in(owner).get(reverse("export_json"))
    text = body(response)
    data = json.loads(text)
    assert response["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    assert response["Content-Type"] == "application/json"
    assert data["account"]["email"] == owner.email
    assert [person["birth_first_names"] for person in data["people"]] == ["Jeanne", "Léo"]
    assert [row["reference"] for row in data["appointments"]] == [his.reference, mine.reference]
    assert data["appointments"][1]["message"] == "J’ai mal au dos"
    assert [(row["who"], row["why"]) for row in data["openings_of_the_record"]] == [
        (str(outsider), "rendez-vous")
    ]
    assert foreign.reference not in text


def test_the_page_reads_the_same(owner, patient):
    mine = visit(patient, patient_message="<script>alert(1)</script>")
    response = signed_in(owner).get(reverse("export_page"))
    text = body(response)
    assert response["Content-Disposition"].endswith('.html"')
    assert mine.reference in text
    assert "<script>" not in text


def test_an_account_without_a_record_has_its_file_too(owner):
    assert json.loads(body(signed_in(owner).get(reverse("export_json"))))["people"] == []


def test_asking_shows_what_goes_and_what_stays(owner, patient):
    coming = visit(patient)
    client = signed_in(owner)
    page = client.get(reverse("ask_erasure")).content.decode()
    assert "Rien de votre dossier" in page
    assert coming.practitioner.display_name in page
    visit(patient, days=-30, status=Status.FULFILLED)
    assert "gardé 20 ans" in client.get(reverse("ask_erasure")).content.decode()


def test_asking_twice_asks_once_and_may_be_withdrawn(owner, patient):
    client = signed_in(owner)
    for _ in range(2):
        client.post(reverse("ask_erasure"))
    assert list(ErasureRequest.objects.values_list("user", "state")) == [(owner.pk, "asked")]
    client.post(reverse("drop_erasure"))
    assert ErasureRequest.objects.get().state == "withdrawn"
    client.post(reverse("ask_erasure"))
    assert ErasureRequest.objects.filter(state="asked").count() == 1


def test_somebody_never_seen_is_wholly_forgotten(owner, patient, child, secretary):
    coming, missed = (
        visit(patient, patient_message="mal au dos"),
        visit(child, days=-9, status=Status.NO_SHOW, patient_message="toux"),
    )
    NoticePreference.objects.create(user=owner)
    link = invite(
        patient, coming.reason, 5, valid_for=timedelta(days=60), actor=secretary, prescriber="Dr Caron"
    )
    asked = ErasureRequest.objects.create(user=owner)
    client = signed_in(owner)
    signed_in(secretary).post(reverse("erasure_request", args=[asked.pk]))
    for row in (link, coming, missed, asked, patient, child, owner):
        row.refresh_from_db()
    assert (link.revoked_at is not None, link.prescriber) == (True, "")
    assert (coming.status, coming.patient_message, missed.patient_message) == (Status.CANCELLED, "", "")
    assert {(p.birth_name, p.birth_first_names, p.email, str(p.phone)) for p in (patient, child)} == {
        ("effacé", "effacé", "", "")
    }
    assert patient.erased_at is not None
    assert (patient.birth_date.month, patient.birth_date.day) == (1, 1)
    assert (asked.state, asked.outcome) == (
        "done",
        {"appointments_cancelled": 1, "people_forgotten": 2, "care_records_kept": 0},
    )
    assert (owner.email, owner.get_full_name(), str(owner.phone), owner.is_active) == (
        f"compte-{owner.pk}@efface.invalid",
        "",
        "",
        False,
    )
    assert NoticePreference.objects.count() == 0
    assert set(Proxy.objects.filter(user=owner).values_list("state", flat=True)) == {"ended"}
    assert client.get(reverse("my_space")).status_code == 302


def test_care_is_kept_and_stays_within_reach_of_those_who_care(owner, patient, secretary):
    seen = visit(patient, days=-30, status=Status.FULFILLED, patient_message="genou")
    asked = erase.erase(ErasureRequest.objects.create(user=owner), actor=secretary)
    patient.refresh_from_db()
    seen.refresh_from_db()
    assert (patient.birth_name, patient.erased_at, patient.email, str(patient.phone)) == (
        "Lefebvre",
        None,
        "",
        "",
    )
    assert seen.patient_message == "genou"
    assert asked.outcome == {"appointments_cancelled": 0, "people_forgotten": 0, "care_records_kept": 1}


def test_who_will_be_forgotten_is_shown_himself_first_then_the_eldest(owner, patient, child):
    born = child.birth_date - timedelta(days=900)
    brother = ProxyFactory(user=owner, relation="child", patient__birth_date=born)
    assert erase.people_to_forget(owner) == [patient, brother.patient, child]


def test_relatives_with_another_representative_and_grown_ups_are_left_alone(owner, patient, child, secretary):
    ProxyFactory(patient=child, relation="child")
    his = visit(child)
    parent = pending_parent(owner).patient
    Proxy.objects.filter(patient=parent).update(state="active")
    hers = visit(parent)
    erase.erase(ErasureRequest.objects.create(user=owner), actor=secretary)
    assert set(Appointment.objects.values_list("pk", "status")) == {(his.pk, "booked"), (hers.pk, "booked")}
    assert Patient.objects.filter(pk__in=[child.pk, parent.pk], erased_at=None).count() == 2


def test_the_last_message_leaves_to_the_address_that_was(owner, patient, secretary):
    old = OutboxMessage.objects.create(
        dedupe_key="a",
        kind="account",
        channel="email",
        recipient=owner,
        address=owner.email,
        state="sent",
        sent_at="2026-01-01T00:00Z",
        sent_subject="Rendez-vous",
        sent_body="lundi",
    )
    address = owner.email
    erase.erase(ErasureRequest.objects.create(user=owner), actor=secretary)
    old.refresh_from_db()
    assert (old.address, old.sent_subject, old.sent_body) == ("", "", "")
    assert OutboxMessage.objects.get(kind="account.erased").address == address


def test_doing_it_twice_does_it_once_and_a_withdrawn_one_never(owner, patient, secretary):
    asked = ErasureRequest.objects.create(user=owner)
    erase.erase(asked, actor=secretary)
    erase.erase(asked, actor=secretary)
    assert AuditEvent.objects.filter(action="erasure.done").count() == 1
    other = ErasureRequest.objects.create(user=secretary, state="withdrawn")
    with pytest.raises(erase.NothingToErase):
        erase.erase(other, actor=secretary)
    assert User.objects.get(pk=secretary.pk).is_active is True


def test_downloads_are_limited(owner, settings):
    settings.RATE_LIMITS = {"export": {"account": "1/1h"}}
    client = signed_in(owner)
    assert [client.get(reverse("export_json")).status_code for _ in range(2)] == [200, 429]
