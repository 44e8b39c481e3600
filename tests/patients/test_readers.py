"""The team that may read a record is exactly those whom its door would let in, whatever was said and joined before."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock
from patients.access import WordMissing, patients_cared_for, readers_of, reason_to_open
from patients.models import CareTeamMember, Consent
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from practitioners.models import Internship
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

KINDS = ("member", "psychologist", "visitor", "intern", "gone")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("attend", "join", "leave", "oppose", "oppose house", "inform", "agree", "withdraw", "stay")
        ),
        st.integers(0, len(KINDS) - 1),
    ),
    max_size=14,
)


class ReadersTest(TestCase):
    @settings(max_examples=30)
    @given(STEPS)
    def test_as_the_door_says(self, steps):
        other = ProfessionFactory(
            slug="psychologue", name="psychologue", information_category=InformationCategory.OTHER
        )
        people = [PractitionerFactory(user=UserFactory()) for _ in KINDS]
        people[1].profession = other
        people[2].kind = Kind.VISITING
        people[4].active_until = clock.today() - timedelta(days=1)
        for one in people:
            one.save()
        patient, writer = PatientFactory(), UserFactory()
        for what, index in steps:
            self._do(what, patient, people[index], people, writer)
        expected = []
        for one in people:
            try:
                opens = reason_to_open(patient, one) is not None
            except WordMissing:
                opens = False
            if opens and one is not people[4]:
                expected.append(one.pk)
        assert sorted(one.pk for one in readers_of(patient)) == sorted(expected)
        assert sorted(
            one.pk for one in people if patients_cared_for(one.user).filter(pk=patient.pk).exists()
        ) == sorted(expected)

    def _do(self, what, patient, who, people, writer):
        today = clock.today()
        rows = CareTeamMember.objects.filter(patient=patient, practitioner=who)
        said = {"patient": patient, "means": Means.ORAL, "recorded_by": writer, "withdrawn_at": None}
        if what == "attend":
            patient.attending_doctor = who
            patient.save()
        elif what == "join":
            CareTeamMember.objects.get_or_create(
                patient=patient, practitioner=who, reason=Reason.REFERRAL, until=None
            )
        elif what == "leave":
            rows.update(since=today - timedelta(days=9), until=today - timedelta(days=1))
        elif what == "withdraw":
            Consent.objects.filter(patient=patient).update(withdrawn_at=clock.now(), withdrawn_by=writer)
        elif what == "stay":
            until = today + timedelta(days=5) if who.pk % 2 else today - timedelta(days=1)
            stay = Internship.objects.create(
                intern=people[3], level="saspas", since=today - timedelta(days=9), until=until
            )
            stay.supervisors.add(who)
        else:
            decision = {"inform": Decision.INFORMED, "agree": Decision.AGREES}.get(what, Decision.OPPOSES)
            whom = None if what == "oppose house" else who
            Consent.objects.get_or_create(**said, practitioner=whom, decision=decision)
