"""Who may act for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import Http404

from accounts.models import Role
from core import clock
from core.audit.models import AuditEvent
from patients import access
from patients.models import CareTeamMember, Patient
from patients.models.proxy import ProxyState, Relation
from tests.factories.accounts import RoleAssignmentFactory, UserFactory, with_role
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def test_self_first_then_relatives_in_one_query(django_assert_num_queries):
    owner = UserFactory()
    child = ProxyFactory(user=owner, relation=Relation.CHILD, patient__birth_date=date(2018, 5, 1)).patient
    mine = ProxyFactory(user=owner, patient__birth_date=date(1990, 5, 1)).patient
    ProxyFactory(patient=child, relation=Relation.CHILD)  # the other parent's
    with django_assert_num_queries(1):
        found = [(patient.pk, patient.relation) for patient in access.patients_of(owner)]
    assert found == [(mine.pk, "self"), (child.pk, "child")]
    assert access.self_of(owner) == mine


@pytest.mark.parametrize(
    "closed",
    [
        {"state": ProxyState.PENDING},
        {"state": ProxyState.REFUSED},
        {"state": ProxyState.ENDED},
        {"until": clock.today()},
        {"patient__deceased_on": clock.today()},
        {"patient__erased_at": clock.now()},
    ],
    ids=["pending", "refused", "ended", "of-age", "deceased", "erased"],
)
def test_what_is_not_in_force_opens_nothing(closed):
    owner = UserFactory()
    patient = ProxyFactory(user=owner, relation=Relation.PARENT, **closed).patient
    assert list(access.patients_of(owner)) == []
    assert access.can_act_for(owner, patient) is False
    with pytest.raises(Http404):
        access.get_patient_for(owner, patient.pk)


def test_a_childs_proxy_is_in_force_until_the_day_before_eighteen():
    owner = UserFactory()
    patient = ProxyFactory(
        user=owner, relation=Relation.CHILD, until=clock.today() + timedelta(days=1)
    ).patient
    assert access.get_patient_for(owner, patient.pk) == patient


def test_an_outsider_and_a_missing_person_get_the_same_answer():
    patient = ProxyFactory().patient
    outsider = ProxyFactory().user
    with pytest.raises(Http404) as hidden:
        access.get_patient_for(outsider, patient.pk)
    with pytest.raises(Http404) as missing:
        access.get_patient_for(outsider, PatientFactory().pk + 1000)
    assert str(hidden.value) == str(missing.value)


@pytest.fixture
def doctor():
    user = with_role(Role.PRACTITIONER)
    return PractitionerFactory(user=user)


def openings():
    return list(AuditEvent.objects.values_list("action", "patient_id", "actor_id", "reason"))


def test_working_in_the_house_opens_no_record(doctor):
    with pytest.raises(Http404):
        access.get_patient_for_practitioner(doctor.user, PatientFactory().pk)
    assert openings() == []


@pytest.mark.parametrize("ground", ["attending", "team", "coming", "past"])
def test_a_reason_opens_it_and_is_written_down(doctor, ground):
    patient = PatientFactory(attending_doctor=doctor if ground == "attending" else None)
    words = {"attending": "médecin traitant", "team": "adressage"}.get(ground, "rendez-vous")
    if ground == "team":
        CareTeamMember.objects.create(patient=patient, practitioner=doctor, reason="referral")
    if ground in {"coming", "past"}:
        AppointmentFactory(
            patient=patient,
            reason=VisitReasonFactory(practitioner=doctor),
            start_at=clock.now() + timedelta(days=1 if ground == "coming" else -400),
        )
    assert access.get_patient_for_practitioner(doctor.user, patient.pk) == patient
    assert openings() == [("patient.opened", patient.pk, doctor.user_id, words)]


@pytest.mark.parametrize("ground", ["ended-team", "cancelled", "other", "former"])
def test_a_reason_that_is_over_or_another_ones_opens_nothing(doctor, ground):
    patient = PatientFactory()
    if ground == "ended-team":
        day = clock.today() - timedelta(days=9)
        CareTeamMember.objects.create(
            patient=patient, practitioner=doctor, reason="referral", since=day, until=day
        )
    reason = VisitReasonFactory(practitioner=doctor) if ground == "cancelled" else VisitReasonFactory()
    if ground in {"cancelled", "other"}:
        state = {"status": "cancelled", "cancelled_at": clock.now()} if ground == "cancelled" else {}
        AppointmentFactory(patient=patient, reason=reason, start_at=clock.now() + timedelta(days=1), **state)
    if ground == "former":
        Patient.objects.filter(pk=patient.pk).update(attending_doctor=doctor)
        doctor.active_until = clock.today() - timedelta(days=1)
        doctor.save()
    with pytest.raises(Http404):
        access.get_patient_for_practitioner(doctor.user, patient.pk)
    assert openings() == []


def test_the_desk_opens_administrative_data_and_leaves_its_line():
    secretary = RoleAssignmentFactory().user
    patient = PatientFactory()
    assert access.get_patient_for_desk(secretary, patient.pk) == patient
    assert openings() == [("patient.opened", patient.pk, secretary.pk, "accueil")]
    with pytest.raises(Http404):
        access.get_patient_for_desk(ProxyFactory().user, patient.pk)
