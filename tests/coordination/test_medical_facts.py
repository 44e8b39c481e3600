"""Allergies and alerts: on top of the record, in versions, never deleted; « none known » is not « not asked »."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from coordination.access import Reader
from coordination.actions.note_alert import note_alert
from coordination.actions.note_allergy import (
    AllergyKnown,
    note_allergy,
    note_no_allergy,
)
from coordination.actions.withdraw_fact import FactGone, withdraw_fact
from coordination.medical_facts import Facts, facts_of
from coordination.models import Alert, Allergy
from core.audit.models import AuditEvent
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.medical_facts import AlertFactory, AllergyFactory
from tests.factories.opposition import EntryOppositionFactory

SAID = {
    "substance": "Pénicilline",
    "kind": "medication",
    "criticality": "high",
    "reaction": "Œdème du visage",
    "verification": "confirmed",
}


@pytest.fixture
def desk(db, sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


def on_top(patient, doctor) -> Facts:
    return facts_of(patient, Reader(doctor.user, doctor.practitioner), {})


class TestActions:
    def test_not_asked_then_none_known_then_known(self, owner, doctor):
        assert on_top(owner.patient, doctor).is_unasked
        none_known = note_no_allergy(owner.patient, actor=doctor.user)
        assert on_top(owner.patient, doctor) == Facts([], none_known, [])
        allergy = note_allergy(owner.patient, SAID, actor=doctor.user)
        assert on_top(owner.patient, doctor) == Facts([allergy], None, [])
        none_known.refresh_from_db()
        assert (none_known.is_standing, none_known.withdrawn_why) == (False, "une allergie est apparue")
        lines = AuditEvent.objects.filter(patient_id=owner.patient.pk).order_by("pk")
        assert [(line.action, line.actor) for line in lines] == [
            ("allergy.none_known", doctor.user),
            ("allergy.withdrawn", doctor.user),
            ("allergy.noted", doctor.user),
        ]
        assert "nicilline" not in str([line.detail for line in lines])

    def test_none_known_is_refused_while_one_stands(self, owner, doctor):
        AllergyFactory(patient=owner.patient)
        with pytest.raises(AllergyKnown):
            note_no_allergy(owner.patient, actor=doctor.user)
        assert Allergy.objects.count() == 1

    def test_a_correction_is_a_version(self, owner, doctor):
        first = note_allergy(owner.patient, SAID, actor=doctor.user)
        second = note_allergy(owner.patient, SAID | {"criticality": "low"}, actor=doctor.user, replaces=first)
        first.refresh_from_db()
        assert (first.criticality, first.is_standing, first.replaced_by) == ("high", False, second)
        with pytest.raises(FactGone):
            note_allergy(owner.patient, SAID, actor=doctor.user, replaces=first)
        with pytest.raises(FactGone):
            withdraw_fact(first, why="encore", actor=doctor.user)
        assert Allergy.objects.standing().get() == second

    def test_the_gravest_first_and_what_is_over_not_at_all(self, owner, doctor, sunday):
        low = AllergyFactory(patient=owner.patient, criticality="low", substance="Pollen")
        high = AllergyFactory(patient=owner.patient)
        AllergyFactory(patient=owner.patient, withdrawn_at=sunday, withdrawn_why="erreur")
        AlertFactory(patient=owner.patient, until=sunday.date().replace(day=21))
        today = AlertFactory(patient=owner.patient, until=sunday.date())
        assert on_top(owner.patient, doctor) == Facts([high, low], None, [today])


class TestScreens:
    def test_noted_corrected_withdrawn(self, owner, doctor, booked):
        pk, client = owner.patient.pk, doctor.client
        assert "Non renseigné" in client.get(reverse("patient_record", args=[pk])).text
        assert client.post(reverse("allergies", args=[pk]), SAID).status_code == 302
        allergy = Allergy.objects.get()
        assert {name: getattr(allergy, name) for name in SAID} == SAID
        assert "Pénicilline" in client.get(reverse("patient_record", args=[pk])).text
        correct = reverse("correct_allergy", args=[pk, allergy.pk])
        assert 'value="Pénicilline"' in client.get(correct).text
        assert client.post(correct, SAID | {"reaction": "Urticaire"}).status_code == 302
        now = Allergy.objects.standing().get()
        withdraw = reverse("withdraw_allergy", args=[pk, now.pk])
        refused = client.post(withdraw, {"why": " "})
        assert (refused.status_code, "Écrivez pourquoi" in refused.text) == (422, True)
        assert client.post(withdraw, {"why": "Test cutané négatif"}).status_code == 302
        page = client.get(reverse("allergies", args=[pk]))
        assert (page.context["standing"], "Test cutané négatif" in page.text) == ([], True)
        assert client.post(reverse("no_known_allergy", args=[pk])).status_code == 302
        assert "Aucune allergie connue" in client.get(reverse("patient_record", args=[pk])).text

    def test_what_was_typed_is_kept(self, owner, doctor, booked):
        answer = doctor.client.post(
            reverse("allergies", args=[owner.patient.pk]), SAID | {"criticality": "x"}
        )
        assert (answer.status_code, "Œdème du visage" in answer.text) == (422, True)
        assert not Allergy.objects.exists()

    def test_the_desk_reads_what_helps_to_receive(self, owner, doctor, desk, booked):
        client, pk = sign_in(desk), owner.patient.pk
        AllergyFactory(patient=owner.patient)
        note_alert(
            owner.patient,
            {"text": "Fugue", "kind": "clinical", "until": None, "for_desk": False},
            actor=doctor.user,
        )
        alerts = reverse("alerts", args=[pk])
        typed = {"text": "Malentendante : parler en face", "kind": "communication"}
        assert client.post(alerts, typed | {"kind": "clinical"}).status_code == 422
        assert client.post(alerts, typed).status_code == 302
        assert Alert.objects.get(text=typed["text"]).for_desk
        record = client.get(reverse("patient_record", args=[pk])).text
        assert [word in record for word in ("Malentendante", "Fugue", "Pénicilline")] == [True, False, False]
        hidden = Alert.objects.get(text="Fugue").pk
        assert client.get(reverse("withdraw_alert", args=[pk, hidden])).status_code == 404
        assert client.get(reverse("allergies", args=[pk])).status_code == 404

    def test_what_is_closed_to_him_is_missing_everywhere(self, owner, doctor, teammate, booked):
        allergy = AllergyFactory(patient=owner.patient, noted_by=doctor.user)
        EntryOppositionFactory(
            patient=owner.patient, kind="allergy", entry=allergy.pk, practitioner=doctor.practitioner
        )
        pk = owner.patient.pk
        record = doctor.client.get(reverse("patient_record", args=[pk])).text
        assert "Pénicilline" not in record
        assert "Pénicilline" not in doctor.client.get(reverse("allergies", args=[pk])).text
        for name in ("correct_allergy", "withdraw_allergy"):
            assert doctor.client.get(reverse(name, args=[pk, allergy.pk])).status_code == 404
