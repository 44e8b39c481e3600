"""Two general practitioners and one paramedic: who leaves, who comes, when it is too few, and who may read it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from coordination.headcount import Count, forecast, to_prepare
from coordination.models import HeadcountRule, StaffChange
from patients.models import Patient
from tests.cast import MONDAY, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.coordination_stays import StaffChangeFactory
from tests.factories.practitioners import InternshipFactory, PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db
TODAY = MONDAY - timedelta(days=1)
RETIRES = date(2027, 7, 1)


@pytest.fixture
def nurse(sunday):
    profession = ProfessionFactory(
        slug="infirmier",
        name="infirmier",
        role_code="60",
        is_medical_doctor=False,
        can_be_attending_doctor=False,
    )
    return PractitionerFactory(profession=profession)


@pytest.fixture
def coordinator(sunday):
    return sign_in(RoleAssignmentFactory(role=Role.COORDINATOR).user)


def test_a_retirement_falls_below_the_minimum_and_a_replacement_mends_it(doctor, teammate, nurse):
    midwife = ProfessionFactory(slug="sage-femme", name="sage-femme", role_code="50", is_medical_doctor=False)
    PractitionerFactory(profession=midwife)
    InternshipFactory(supervisors=[doctor.practitioner])
    found = forecast(TODAY)
    assert (found.now.count, found.shortages, len(found.months)) == (Count(2, 1), [], 37)
    StaffChangeFactory(practitioner=doctor.practitioner, on=RETIRES)
    found = forecast(TODAY)
    assert [(point.day, point.count) for point in found.shortages] == [(RETIRES, Count(1, 1))]
    assert [point.count.doctors for point in found.months if point.day in (date(2027, 6, 1), RETIRES)] == [
        2,
        1,
    ]
    assert found.shortages[0].count.doctors_words == "1 médecin généraliste"
    assert found.now.count.doctors_words == "2 médecins généralistes"
    assert found.now.count.paramedics_words == "1 paramédical"
    comes = StaffChangeFactory(direction="comes", name="Dr Nouveau", on=RETIRES)
    assert forecast(TODAY).shortages == []
    comes.on = date(2027, 9, 15)
    comes.save()
    found = forecast(TODAY)
    assert [
        point.is_short for point in found.months if date(2027, 7, 1) <= point.day <= date(2027, 11, 1)
    ] == [
        *(True, True, True),
        *(False, False),
    ]


def test_who_is_back_counts_again_and_the_end_of_a_practice_counts_by_itself(doctor, teammate, nurse):
    StaffChangeFactory(practitioner=doctor.practitioner, on=RETIRES, reason="leave")
    StaffChangeFactory(
        practitioner=doctor.practitioner, on=date(2027, 10, 1), direction="comes", reason="return"
    )
    nurse.active_until = date(2028, 3, 31)
    nurse.save()
    assert [(point.day, point.count) for point in forecast(TODAY).shortages] == [
        (RETIRES, Count(1, 1)),
        (date(2028, 4, 1), Count(2, 0)),
    ]


def test_the_rule_of_the_day_holds(doctor, teammate, nurse):
    HeadcountRule.objects.create(valid_from=date(2028, 1, 1), doctors=3)
    assert [point.day for point in forecast(TODAY).shortages] == [date(2028, 1, 1)]


@pytest.mark.parametrize("number", [1, 30])
def test_three_queries_however_many_people(number, sunday, django_assert_num_queries):
    for _ in range(number):
        StaffChangeFactory(practitioner=PractitionerFactory(), on=RETIRES)
    with django_assert_num_queries(3):
        forecast(TODAY)


def test_what_a_departure_leaves_behind(doctor, booked, owner):
    Patient.objects.filter(pk=owner.patient.pk).update(attending_doctor=doctor.practitioner)
    change = StaffChangeFactory(practitioner=doctor.practitioner, on=MONDAY)
    assert [line.number for line in to_prepare(change)] == [1, 0, 1, 1, 0, 0, 0, 0]
    change.on = MONDAY + timedelta(days=1)
    assert [line.number for line in to_prepare(change)] == [0, 0, 0, 1, 0, 0, 0, 0]


def test_the_coordinator_writes_it_and_only_the_person_reads_it(coordinator, doctor, teammate):
    asked = {
        "direction": "leaves",
        "practitioner": doctor.practitioner.pk,
        "on": "2027-07-01",
        "reason": "retirement",
        "replacement": "Annonce à la rentrée",
    }
    answer = coordinator.post(reverse("add_staff_change"), asked)
    change = StaffChange.objects.get()
    page = reverse("staff_change", args=[change.pk])
    assert (answer["Location"], change.profession) == (page, doctor.practitioner.profession)
    assert "Annonce à la rentrée" in doctor.client.get(page).content.decode()
    assert teammate.client.get(page).status_code == 404
    assert doctor.client.get(reverse("headcount")).status_code == 404
    shown = coordinator.get(reverse("headcount")).content.decode()
    assert "la maison passe sous le minimum" in shown
    coordinator.post(reverse("drop_staff_change", args=[change.pk]))
    assert StaffChange.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"direction": "leaves", "on": "2027-07-01"}, "Choisissez le professionnel qui part."),
        ({"direction": "comes", "on": "2027-07-01"}, "Indiquez un nom, ou un professionnel de la maison."),
        ({"direction": "comes", "name": "Dr X", "on": "2027-07-01"}, "Choisissez une profession."),
    ],
)
def test_what_is_missing_is_said(coordinator, doctor, wrong, sentence):
    answer = coordinator.post(reverse("add_staff_change"), wrong | {"reason": "other"})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
