"""The care team beside the record: who, why, since when, and who of them does not read."""

from __future__ import annotations

from datetime import date, timedelta

from django.urls import reverse

from accounts.models import Role
from coordination.care_circle import circle_of
from core import clock
from patients.models import CareTeamMember, Consent
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from practitioners.models import Internship
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.practitioners import PractitionerFactory


def joins(patient, practitioner, reason=Reason.REFERRAL, **dates):
    return CareTeamMember.objects.create(patient=patient, practitioner=practitioner, reason=reason, **dates)


def says(owner, practitioner, decision):
    Consent.objects.create(
        patient=owner.patient,
        practitioner=practitioner,
        decision=decision,
        means=Means.ORAL,
        recorded_by=owner.user,
    )


def read(owner) -> dict[str, tuple[list[str], date | None, str]]:
    return {
        one.practitioner.last_name: (one.reasons, one.since, one.closed) for one in circle_of(owner.patient)
    }


def test_who_why_since_when_and_who_does_not_read(owner, doctor, teammate, booked):
    today = clock.today()
    visitor = PractitionerFactory(last_name="Wallaert", slug="w", kind=Kind.VISITING)
    psychologist = PractitionerFactory(
        last_name="Segard",
        slug="s",
        profession__slug="psychologue",
        profession__name="psychologue",
        profession__information_category=InformationCategory.OTHER,
    )
    for one in (visitor, psychologist, teammate.practitioner):
        joins(owner.patient, one, since=today - timedelta(days=9))
    says(owner, teammate.practitioner, Decision.OPPOSES)
    intern = PractitionerFactory(
        last_name="Petit", slug="p", user=RoleAssignmentFactory(role=Role.INTERN).user
    )
    stay = Internship.objects.create(
        intern=intern, level="saspas", since=today - timedelta(days=3), until=today + timedelta(days=30)
    )
    stay.supervisors.add(doctor.practitioner)
    ago = today - timedelta(days=9)
    name = doctor.practitioner.display_name
    assert read(owner) == {
        "Caron": (["adressage"], ago, "la personne s’y oppose"),
        "Segard": (["adressage"], ago, "information à donner"),
        "Vandamme": (["rendez-vous"], date(2026, 11, 23), ""),
        "Wallaert": (["adressage"], ago, "accord à recueillir"),
        "Petit": ([f"interne, avec {name}"], stay.since, ""),
    }
    says(owner, visitor, Decision.AGREES)
    says(owner, psychologist, Decision.INFORMED)
    assert [read(owner)[who][2] for who in ("Wallaert", "Segard")] == ["", ""]
    says(owner, None, Decision.OPPOSES)
    assert {closed for _why, _since, closed in read(owner).values()} == {
        "la personne a fermé son dossier à toute la maison"
    }


def test_as_many_queries_for_one_as_for_twenty(owner, doctor, booked, django_assert_num_queries):
    with django_assert_num_queries(9):
        circle_of(owner.patient)
    for number in range(20):
        joins(owner.patient, PractitionerFactory(slug=f"x{number}"))
    with django_assert_num_queries(9):
        assert len(circle_of(owner.patient)) == 21


def test_the_panel_is_for_those_who_care(owner, doctor, teammate, booked):
    desk = RoleAssignmentFactory(role=Role.SECRETARY).user
    url = reverse("record_panel", args=[owner.patient.pk, "equipe"])
    assert doctor.practitioner.display_name in doctor.client.get(url).text
    part = doctor.client.get(url, headers={"hx-request": "true"}).text
    assert (doctor.practitioner.display_name in part, "<html" in part) == (True, False)
    assert [client.get(url).status_code for client in (teammate.client, sign_in(desk))] == [404, 404]
