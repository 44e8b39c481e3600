"""The patient says no, takes it back and names whom he trusts on his own screens; professionals note his word."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from core import clock
from patients import sharing
from patients.models import Consent
from patients.models.consent import Decision
from tests.factories.appointments import VisitReasonFactory
from tests.patients.conftest import signed_in, visit
from tests.patients.consent.conftest import in_team, opens, professional, say

pytestmark = pytest.mark.django_db


class TestScreens:
    def test_the_patient_sees_who_cares_says_no_and_takes_it_back(self, owner, patient, nurse):
        client = signed_in(owner)
        visit(patient, reason=VisitReasonFactory(practitioner=nurse))
        page = client.get(reverse("my_care_team")).content.decode()
        assert nurse.display_name in page
        client.post(reverse("oppose", args=[patient.pk, nurse.pk]))
        assert not opens(nurse, patient)
        assert "Retirer mon refus" in client.get(reverse("my_care_team")).content.decode()
        client.post(reverse("withdraw_consent", args=[Consent.objects.get().pk]))
        assert opens(nurse, patient)

    def test_looking_at_the_question_writes_nothing(self, owner, patient, nurse):
        signed_in(owner).get(reverse("oppose", args=[patient.pk, nurse.pk]))
        signed_in(owner).get(reverse("oppose_house", args=[patient.pk]))
        assert Consent.objects.count() == 0

    def test_the_patient_names_a_professional_from_the_list(self, owner, patient, nurse):
        client = signed_in(owner)
        url = reverse("add_to_care_team", args=[patient.pk])
        answer = client.post(url, {"practitioner": ""})
        assert (answer.status_code, "Choisissez un professionnel." in answer.content.decode()) == (422, True)
        assert client.post(url, {"practitioner": nurse.pk}).status_code == 302
        assert opens(nurse, patient)
        client.post(reverse("leave_care_team", args=[patient.pk, nurse.pk]))
        assert not opens(nurse, patient)

    def test_a_stranger_finds_none_of_these_pages(self, owner, outsider, patient, nurse):
        word = say(patient, nurse, Decision.OPPOSES, owner)
        client = signed_in(outsider)
        for name, args in [
            ("oppose", [patient.pk, nurse.pk]),
            ("oppose_house", [patient.pk]),
            ("add_to_care_team", [patient.pk]),
            ("leave_care_team", [patient.pk, nurse.pk]),
            ("withdraw_consent", [word.pk]),
        ]:
            assert client.post(reverse(name, args=args)).status_code == 404
        assert Consent.objects.in_force().get() == word

    def test_a_psychologist_notes_the_information_and_the_record_opens(self, patient, psychologist):
        in_team(patient, psychologist)
        client = signed_in(psychologist.user)
        record, note = reverse("patient_record", args=[patient.pk]), reverse("note_word", args=[patient.pk])
        for name in ("patient_record", "patient_notes", "patient_conversations", "documents"):
            asked = reverse(name, args=[patient.pk])
            assert client.get(asked)["Location"] == f"{note}?{urlencode({'next': asked})}"
        part = client.get(
            record, headers={"hx-request": "true", "hx-current-url": f"http://testserver{record}"}
        )
        assert part["HX-Redirect"] == f"{note}?{urlencode({'next': record})}"
        answer = client.post(
            note, {"means": "oral", "given_on": clock.today() + timedelta(days=1), "scope": ""}
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Ce jour n’est pas encore passé." in page
        assert "Écrivez en une phrase" in page
        given = {"means": "oral", "given_on": clock.today(), "scope": "Les rendez-vous"}
        elsewhere = client.post(f"{note}?next=//ailleurs.example/", given)
        assert elsewhere["Location"] == record
        assert client.get(record).status_code == 200
        word = Consent.objects.get()
        assert (word.decision, word.practitioner, word.recorded_by) == (
            Decision.INFORMED,
            psychologist,
            psychologist.user,
        )
        assert client.get(note).status_code == 404

    def test_nobody_else_notes_a_word(self, patient, nurse, secretary, outsider):
        in_team(patient, nurse)
        for user in (nurse.user, secretary, outsider):
            assert signed_in(user).get(reverse("note_word", args=[patient.pk])).status_code == 404

    @pytest.mark.parametrize("number", [1, 30])
    def test_the_list_costs_the_same_for_one_and_for_thirty(self, patient, number, django_assert_num_queries):
        for _ in range(number):
            in_team(patient, professional())
        with django_assert_num_queries(6):
            circle = sharing.circles_of([patient])[0]
        assert len(circle.carers) == number
