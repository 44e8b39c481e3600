"""Whatever the patient says in whatever order, the door follows his last word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock
from patients.actions.give_word import withdraw_word
from patients.actions.recognise import end_recognition, recognise
from patients.models import CareTeamMember, Consent, EmergencyAccess
from patients.models.care_team import Reason
from patients.models.consent import Decision
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.consent.conftest import break_for_an_hour, in_team, opens, professional, say

pytestmark = pytest.mark.django_db


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
