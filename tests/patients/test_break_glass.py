"""A doctor opens the record of somebody whom he does not follow: said, told, limited to an hour, looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.http import Http404
from django.urls import reverse

from accounts.models import Role, User
from core import clock
from core.audit.models import AuditEvent
from core.outbox import registry
from core.outbox.models import OutboxMessage
from patients import access
from patients.actions.break_glass import break_glass, review_emergency
from patients.actions.give_word import give_word
from patients.models import EmergencyAccess
from patients.models.consent import Decision, Means
from patients.models.emergency import Verdict
from practitioners.models import Practitioner
from tests.factories.accounts import with_role
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db

WHY = "Malaise en salle d’attente, seul et sans papiers."


def somebody(role: str, **fields) -> Practitioner:
    user = with_role(role)
    return PractitionerFactory(user=user, **fields)


@pytest.fixture
def doctor() -> Practitioner:
    return somebody(Role.PRACTITIONER, profession__is_medical_doctor=True, last_name="Vanhoutte")


@pytest.fixture
def coordinator() -> User:
    return with_role(Role.COORDINATOR, email="coordination@example.org")


def ask(client, who, **changes):
    data = {
        "born": f"{who.birth_date:%d/%m/%Y}",
        "letters": who.birth_name[:3],
        "justification": WHY,
        **changes,
    }
    return client.post(reverse("emergency_access"), data)


def test_from_the_search_to_the_open_record(owner, patient, doctor, coordinator):
    client = signed_in(doctor.user)
    assert reverse("emergency_access") in client.get(reverse("patient_search")).content.decode()
    assert client.get(reverse("patient_record", args=[patient.pk])).status_code == 404
    found = ask(client, patient)
    assert (found.status_code, EmergencyAccess.objects.count()) == (200, 0)
    assert "LEFEBVRE" in found.content.decode().upper()
    answer = ask(client, patient, patient=patient.pk)
    assert answer["Location"] == reverse("patient_record", args=[patient.pk])
    assert client.get(answer["Location"]).status_code == 200
    glass = EmergencyAccess.objects.get()
    assert (glass.patient, glass.practitioner, glass.justification) == (patient, doctor, WHY)
    assert glass.until - glass.opened_at == timedelta(hours=1)
    trail = AuditEvent.objects.filter(patient_id=patient.pk, action__startswith="patient.opened")
    assert list(trail.order_by("pk").values_list("action", "actor_id", "reason")) == [
        ("patient.opened_in_emergency", doctor.user_id, WHY),
        ("patient.opened", doctor.user_id, "accès en urgence"),
    ]
    assert set(OutboxMessage.objects.values_list("kind", "recipient_id", "address")) == {
        ("record.emergency", owner.pk, owner.email),
        ("record.emergency_review", coordinator.pk, coordinator.email),
    }


def test_the_patient_reads_who_and_why(owner, patient, doctor):
    break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    page = signed_in(owner).get(reverse("record_openings")).content.decode()
    assert WHY in page
    assert str(doctor.user) in page


def test_after_an_hour_the_door_is_shut(patient, doctor):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert access.get_patient_for_practitioner(doctor.user, patient.pk) == patient
        assert list(access.visible_patients(doctor.user)) == [patient]
    with time_machine.travel(now + timedelta(minutes=60), tick=False):
        with pytest.raises(Http404):
            access.get_patient_for_practitioner(doctor.user, patient.pk)
        assert list(access.visible_patients(doctor.user)) == []


def test_it_opens_even_what_the_patient_closed(owner, patient, doctor):
    give_word(patient, None, Decision.OPPOSES, actor=owner, means=Means.ONLINE)
    break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    assert access.get_patient_for_practitioner(doctor.user, patient.pk) == patient


def test_twice_within_the_hour_is_once(patient, doctor):
    first = break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    assert break_glass(patient, doctor, justification="Autre phrase", actor=doctor.user) == first
    assert EmergencyAccess.objects.count() == 1


def test_one_doctors_glass_opens_no_colleagues_door(patient, doctor):
    colleague = somebody(Role.PRACTITIONER, profession__is_medical_doctor=True)
    break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    with pytest.raises(Http404):
        access.get_patient_for_practitioner(colleague.user, patient.pk)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("justification", "", "sans raison écrite, le dossier reste fermé"),
        ("justification", "urgent", "au moins 20 signes"),
        ("letters", "", "Écrivez les premières lettres"),
        ("born", "hier", "Écrivez la date comme ceci"),
    ],
)
def test_without_who_or_why_nobody_is_shown(patient, doctor, field, value, sentence):
    answer = ask(signed_in(doctor.user), patient, **{field: value})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not AuditEvent.objects.filter(action__startswith="patient").exists()


def test_somebody_else_than_those_found_is_not_opened(patient, doctor):
    stranger = PatientFactory(birth_name="Zwart")
    answer = ask(signed_in(doctor.user), patient, patient=stranger.pk)
    assert (answer.status_code, EmergencyAccess.objects.count()) == (200, 0)


def test_no_such_door_for_the_others(patient, secretary, outsider, coordinator):
    nurse = somebody(Role.PRACTITIONER, profession__is_medical_doctor=False)
    visiting = somebody(Role.PARTNER, kind="visiting", profession__is_medical_doctor=True)
    intern = somebody(Role.INTERN, profession__is_medical_doctor=True)
    for user in (secretary, outsider, coordinator, nurse.user, visiting.user, intern.user):
        assert ask(signed_in(user), patient, patient=patient.pk).status_code == 404
    assert EmergencyAccess.objects.count() == 0


class TestReview:
    @pytest.fixture
    def glass(self, patient, doctor) -> EmergencyAccess:
        cache.clear()
        return break_glass(patient, doctor, justification=WHY, actor=doctor.user)

    def test_the_coordinator_looks_and_says(self, glass, doctor, coordinator):
        access.get_patient_for_practitioner(doctor.user, glass.patient_id)
        client = signed_in(coordinator)
        assert WHY in client.get(reverse("emergency_reviews")).content.decode()
        url = reverse("emergency_review", args=[glass.pk])
        assert "accès en urgence" in client.get(url).content.decode()
        assert client.post(url, {"note": "Vu"}).status_code == 422
        assert client.post(url, {"verdict": "justified", "note": "Vu"}).status_code == 302
        glass.refresh_from_db()
        assert (glass.verdict, glass.review_note, glass.reviewed_by) == ("justified", "Vu", coordinator)
        assert client.get(url).status_code == 404

    def test_the_first_verdict_stands(self, glass, coordinator):
        review_emergency(glass, Verdict.JUSTIFIED, note="", actor=coordinator)
        review_emergency(glass, Verdict.UNJUSTIFIED, note="", actor=coordinator)
        glass.refresh_from_db()
        assert glass.verdict == Verdict.JUSTIFIED

    def test_nobody_else_reads_the_list(self, glass, doctor, secretary, owner):
        for user in (doctor.user, secretary, owner):
            for url in (reverse("emergency_reviews"), reverse("emergency_review", args=[glass.pk])):
                assert signed_in(user).get(url).status_code == 404

    @pytest.mark.parametrize("number", [1, 25])
    def test_the_list_costs_the_same(self, patient, coordinator, number, django_assert_max_num_queries):
        client = signed_in(coordinator)
        client.get(reverse("emergency_reviews"))
        for _ in range(number):
            doctor = somebody(Role.PRACTITIONER, profession__is_medical_doctor=True)
            break_glass(patient, doctor, justification=WHY, actor=doctor.user)
        with django_assert_max_num_queries(9):
            assert client.get(reverse("emergency_reviews")).status_code == 200


def test_the_messages_name_the_doctor_and_nothing_of_the_record(owner, patient, doctor, coordinator):
    break_glass(patient, doctor, justification=WHY, actor=doctor.user)
    for message in OutboxMessage.objects.all():
        rendered = registry.find(message.kind).render([message], {})
        text = rendered.subject + rendered.text + rendered.html
        assert doctor.display_name in text
        assert WHY not in text
        assert patient.birth_name not in text
