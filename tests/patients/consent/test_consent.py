"""What a patient says decides who opens his record, beside the reasons of care."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from patients import access
from patients.actions.give_word import withdraw_word
from patients.actions.recognise import end_recognition, recognise
from patients.models import CareTeamMember, Consent
from patients.models.consent import Decision, Means
from practitioners.models import Internship, Practitioner
from tests.patients.consent.conftest import in_team, opens, professional, say

pytestmark = pytest.mark.django_db


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
