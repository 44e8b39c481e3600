"""What a patient says decides who opens his record, beside the reasons of care."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from core import clock
from core.audit.models import AuditEvent
from patients import access, sharing
from patients.actions.give_word import give_word, withdraw_word
from patients.actions.recognise import end_recognition, recognise
from patients.models import CareTeamMember, Consent, EmergencyAccess, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from practitioners.models import Internship, Practitioner
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory
from tests.patients.conftest import signed_in, visit

pytestmark = pytest.mark.django_db


def professional(**fields) -> Practitioner:
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    return PractitionerFactory(user=user, **fields)


def in_team(patient: Patient, practitioner: Practitioner, reason: str = Reason.REFERRAL) -> None:
    CareTeamMember.objects.create(patient=patient, practitioner=practitioner, reason=reason)


def break_for_an_hour(patient: Patient, practitioner: Practitioner) -> None:
    EmergencyAccess.objects.create(
        patient=patient,
        practitioner=practitioner,
        justification="Malaise, personne seule.",
        until=clock.now() + timedelta(hours=1),
    )


def opens(practitioner: Practitioner, patient: Patient) -> bool:
    """Both ways of asking must agree: the record itself, and the list of those one may find."""
    listed = access.visible_patients(practitioner.user).filter(pk=patient.pk).exists()
    try:
        access.get_patient_for_practitioner(practitioner.user, patient.pk)
    except Http404:
        assert not listed
        return False
    assert listed
    return True


@pytest.fixture
def nurse() -> Practitioner:
    return professional()


@pytest.fixture
def psychologist() -> Practitioner:
    return professional(profession__information_category=InformationCategory.OTHER)


@pytest.fixture
def visiting() -> Practitioner:
    return professional(kind=Kind.VISITING)


def say(patient, practitioner, decision, owner) -> Consent:
    return give_word(patient, practitioner, decision, actor=owner, means=Means.ONLINE)


@pytest.mark.parametrize("whole_house", [False, True])
def test_an_opposition_closes_and_its_withdrawal_opens_again(owner, patient, nurse, whole_house):
    in_team(patient, nurse)
    assert opens(nurse, patient)
    word = say(patient, None if whole_house else nurse, Decision.OPPOSES, owner)
    assert not opens(nurse, patient)
    withdraw_word(word, actor=owner)
    assert opens(nurse, patient)
    assert list(
        AuditEvent.objects.exclude(action="patient.opened").values_list("action", "patient_id", "actor_id")
    ) == [
        ("consent.opposes", patient.pk, owner.pk),
        ("consent.withdrawn", patient.pk, owner.pk),
    ]


def test_one_ones_opposition_closes_nobody_elses_door(owner, patient, nurse):
    colleague = professional()
    in_team(patient, nurse)
    in_team(patient, colleague)
    say(patient, nurse, Decision.OPPOSES, owner)
    assert (opens(nurse, patient), opens(colleague, patient)) == (False, True)


@pytest.mark.parametrize("word", [Decision.INFORMED, Decision.AGREES])
def test_a_psychologist_opens_after_the_patient_was_told(owner, patient, psychologist, word):
    in_team(patient, psychologist)
    assert not opens(psychologist, patient)
    say(patient, psychologist, word, owner)
    assert opens(psychologist, patient)


def test_somebody_from_outside_needs_an_agreement_and_being_told_is_not_one(owner, patient, visiting):
    in_team(patient, visiting)
    say(patient, visiting, Decision.INFORMED, owner)
    assert not opens(visiting, patient)
    word = say(patient, visiting, Decision.AGREES, owner)
    assert opens(visiting, patient)
    withdraw_word(word, actor=owner)
    assert not opens(visiting, patient)


def test_a_word_without_a_reason_of_care_opens_nothing(owner, patient, visiting):
    say(patient, visiting, Decision.AGREES, owner)
    assert not opens(visiting, patient)


def test_whom_the_patient_names_needs_no_other_word(owner, patient, visiting, nurse):
    for practitioner in (visiting, nurse):
        recognise(patient, practitioner, actor=owner)
        assert opens(practitioner, patient)
        end_recognition(patient, practitioner, actor=owner)
        assert not opens(practitioner, patient)


def test_naming_twice_names_once_and_the_memory_of_former_days_stays(owner, patient, nurse):
    row = recognise(patient, nurse, actor=owner)
    assert recognise(patient, nurse, actor=owner) == row
    CareTeamMember.objects.filter(pk=row.pk).update(since=clock.today() - timedelta(days=9))
    end_recognition(patient, nurse, actor=owner)
    assert list(CareTeamMember.objects.values_list("since", "until")) == [
        (clock.today() - timedelta(days=9), clock.today() - timedelta(days=1))
    ]


class TestTrainee:
    @pytest.fixture
    def supervisor(self, patient) -> Practitioner:
        supervisor = professional(last_name="Deschodt")
        in_team(patient, supervisor)
        return supervisor

    def stay(self, intern: Practitioner, supervisor: Practitioner, *, first: int, last: int) -> None:
        today = clock.today()
        stay = Internship.objects.create(
            intern=intern,
            level="saspas",
            since=today + timedelta(days=first),
            until=today + timedelta(days=last),
        )
        stay.supervisors.add(supervisor)

    @pytest.mark.parametrize(
        ("first", "last", "expected"), [(-5, 5, True), (-5, 0, True), (-9, -1, False), (1, 9, False)]
    )
    def test_opens_through_the_supervisor_while_the_stay_lasts(
        self, patient, nurse, supervisor, first, last, expected
    ):
        self.stay(nurse, supervisor, first=first, last=last)
        assert opens(nurse, patient) is expected

    def test_even_ones_own_visits_open_nothing_once_the_stay_is_over(self, patient, nurse, supervisor):
        in_team(patient, nurse)
        self.stay(nurse, supervisor, first=-9, last=-1)
        assert not opens(nurse, patient)

    def test_a_no_to_the_supervisor_or_to_the_trainee_is_a_no(self, owner, patient, nurse, supervisor):
        self.stay(nurse, supervisor, first=-5, last=5)
        word = say(patient, supervisor, Decision.OPPOSES, owner)
        assert not opens(nurse, patient)
        withdraw_word(word, actor=owner)
        say(patient, nurse, Decision.OPPOSES, owner)
        assert (opens(nurse, patient), opens(supervisor, patient)) == (False, True)

    def test_the_trail_names_the_supervisor(self, patient, nurse, supervisor):
        self.stay(nurse, supervisor, first=-5, last=5)
        access.get_patient_for_practitioner(nurse.user, patient.pk)
        assert AuditEvent.objects.get().reason == f"adressage, avec {supervisor.display_name}"


def test_saying_it_twice_says_it_once_and_the_database_keeps_it_so(owner, patient):
    word = say(patient, None, Decision.OPPOSES, owner)
    assert say(patient, None, Decision.OPPOSES, owner) == word
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            patient=patient, decision=Decision.OPPOSES, means=Means.ORAL, recorded_by=owner
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(patient=patient, decision=Decision.AGREES, means=Means.ORAL, recorded_by=owner)


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


class TestRandomHistories(TestCase):
    """Whatever was said, in whatever order: the door follows the last word, and both ways of asking agree."""

    @settings(max_examples=30, deadline=None)
    @given(
        kind=st.sampled_from(["health", "other", "visiting"]),
        way=st.sampled_from([Reason.REFERRAL, Reason.PATHWAY, Reason.MEETING]),
        steps=st.lists(
            st.sampled_from(
                [
                    *("team", "leave", "oppose", "close", "agree", "inform", "name", "unname", "withdraw"),
                    *("break", "mend"),
                ]
            ),
            max_size=12,
        ),
    )
    def test_the_door_follows_the_last_word(self, kind, way, steps):
        owner, patient = UserFactory(), PatientFactory()
        ProxyFactory(user=owner, patient=patient)
        category = InformationCategory.OTHER if kind == "other" else InformationCategory.HEALTH
        practitioner = professional(
            profession__information_category=category,
            kind=Kind.VISITING if kind == "visiting" else Kind.MEMBER,
        )
        in_care = named = broken = False
        said: list[Consent] = []
        words = {
            "oppose": (practitioner, Decision.OPPOSES),
            "close": (None, Decision.OPPOSES),
            "agree": (practitioner, Decision.AGREES),
            "inform": (practitioner, Decision.INFORMED),
        }
        for step in steps:
            if step in words:
                word = say(patient, *words[step], owner)
                said = [*(one for one in said if one != word), word]
            elif step == "withdraw" and said:
                withdraw_word(said.pop(0), actor=owner)
            elif step == "team" and not in_care:
                in_team(patient, practitioner, way)
                in_care = True
            elif step == "leave":
                CareTeamMember.objects.filter(reason=way, patient=patient).delete()
                in_care = False
            elif step == "break" and not broken:
                break_for_an_hour(patient, practitioner)
                broken = True
            elif step == "mend":
                EmergencyAccess.objects.update(until=clock.now())
                broken = False
            elif step == "name":
                recognise(patient, practitioner, actor=owner)
                named = True
            elif step == "unname":
                end_recognition(patient, practitioner, actor=owner)
                named = False
            decisions = {one.decision for one in said}
            told = {
                "health": True,
                "other": named or bool(decisions & {Decision.INFORMED, Decision.AGREES}),
                "visiting": named or Decision.AGREES in decisions,
            }[kind]
            expected = broken or ((in_care or named) and told and Decision.OPPOSES not in decisions)
            assert opens(practitioner, patient) is expected
