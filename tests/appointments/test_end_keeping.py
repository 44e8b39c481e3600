"""Who only ever booked is forgotten two years later; who was cared for, comes here or stands in a record is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role, User
from appointments.actions.end_keeping import KEPT, end_keeping
from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from msp_portal.beat import SCHEDULE
from patients.models import CareTeamMember, ErasureRequest, Patient, Proxy
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.documents import DocumentFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory
from tests.patients.conftest import *  # noqa: F403 – the same cast
from tests.patients.conftest import visit

pytestmark = pytest.mark.django_db
LONG_AGO = KEPT + timedelta(days=30)


def of_old(*patients: Patient) -> None:
    for patient in patients:
        Patient.objects.filter(pk=patient.pk).update(created_at=clock.now() - LONG_AGO)


@pytest.fixture
def idle(owner, patient):
    """She booked once, did not come, and never signed in again."""
    visit(patient, days=-LONG_AGO.days, status=Status.NO_SHOW, patient_message="genou")
    of_old(patient)
    long_ago = clock.now() - LONG_AGO
    User.objects.filter(pk=owner.pk).update(date_joined=long_ago, last_login=long_ago)
    return patient


def forgotten() -> set[int]:
    return set(Patient.objects.exclude(erased_at=None).values_list("pk", flat=True))


def test_two_years_later_she_is_forgotten_with_her_account_and_told(idle, owner, outsider):
    address = owner.email
    assert end_keeping() == 1
    idle.refresh_from_db()
    owner.refresh_from_db()
    assert (idle.birth_name, str(idle.phone), owner.is_active) == ("effacé", "", False)
    assert set(Proxy.objects.filter(patient=idle).values_list("state", flat=True)) == {"ended"}
    assert list(idle.appointments.values_list("patient_message", "status")) == [("", "noshow")]
    assert OutboxMessage.objects.get(kind="account.erased").address == address
    asked = ErasureRequest.objects.get()
    assert (asked.state, asked.outcome["people_forgotten"]) == ("done", 1)
    assert list(
        AuditEvent.objects.filter(action="patient.forgotten").values_list("actor", "actor_label")
    ) == [(None, "système")]
    assert User.objects.get(pk=outsider.pk).is_active is True
    assert end_keeping() == 0


def test_entered_by_the_desk_without_an_account(db):
    known = visit(PatientFactory(), days=-LONG_AGO.days, status=Status.NO_SHOW).patient
    of_old(known)
    assert (end_keeping(), forgotten()) == (1, {known.pk})
    assert OutboxMessage.objects.count() == 0


def seen_once(patient: Patient, owner: User) -> None:
    visit(patient, days=-LONG_AGO.days - 1, status=Status.FULFILLED)


def expected_and_nobody_said_whether_she_came(patient: Patient, owner: User) -> None:
    visit(patient, days=-LONG_AGO.days - 1)


def missed_lately(patient: Patient, owner: User) -> None:
    visit(patient, days=-KEPT.days + 2, status=Status.NO_SHOW)


def coming(patient: Patient, owner: User) -> None:
    visit(patient, days=3)


def known_lately(patient: Patient, owner: User) -> None:
    Patient.objects.filter(pk=patient.pk).update(created_at=clock.now())


def has_an_attending_doctor(patient: Patient, owner: User) -> None:
    Patient.objects.filter(pk=patient.pk).update(attending_doctor=PractitionerFactory())


def followed_by_a_team(patient: Patient, owner: User) -> None:
    CareTeamMember.objects.create(patient=patient, practitioner=PractitionerFactory(), reason="referral")


def stands_in_the_record(patient: Patient, owner: User) -> None:
    DocumentFactory(patient=patient)


def signed_in_lately(patient: Patient, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(last_login=clock.now() - timedelta(days=700))


def has_a_child_who_is_cared_for(patient: Patient, owner: User) -> None:
    child = visit(PatientFactory(), days=-900, status=Status.FULFILLED).patient
    ProxyFactory(user=owner, patient=child, relation="child")


def works_here(patient: Patient, owner: User) -> None:
    RoleAssignmentFactory(user=owner, role=Role.PRACTITIONER)


@pytest.mark.parametrize(
    "known",
    [
        seen_once,
        expected_and_nobody_said_whether_she_came,
        missed_lately,
        coming,
        known_lately,
        has_an_attending_doctor,
        followed_by_a_team,
        stands_in_the_record,
        signed_in_lately,
        has_a_child_who_is_cared_for,
        works_here,
    ],
)
def test_whoever_is_known_for_anything_else_stays(known, idle, owner):
    known(idle, owner)
    assert (end_keeping(), forgotten()) == (0, set())
    owner.refresh_from_db()
    assert owner.is_active is True


def test_a_child_of_somebody_who_comes_here_stays_and_goes_with_the_last_account(idle, owner):
    child = visit(PatientFactory(), days=-LONG_AGO.days, status=Status.NO_SHOW).patient
    of_old(child)
    ProxyFactory(user=owner, patient=child, relation="child")
    other = UserFactory()
    ProxyFactory(user=other, patient=child, relation="child")
    assert end_keeping() == 1
    assert forgotten() == {idle.pk}
    long_ago = clock.now() - LONG_AGO
    User.objects.filter(pk=other.pk).update(date_joined=long_ago, last_login=long_ago)
    assert end_keeping() == 1
    assert forgotten() == {idle.pk, child.pk}


def test_a_run_goes_on_past_those_who_stay_and_the_next_one_with_the_rest(idle, owner, monkeypatch):
    signed_in_lately(idle, owner)
    others = [visit(PatientFactory(), days=-LONG_AGO.days, status=Status.NO_SHOW).patient for _ in range(3)]
    of_old(*others)
    monkeypatch.setattr("appointments.actions.end_keeping.BATCH", 2)
    assert (end_keeping(), len(forgotten())) == (2, 2)
    assert (end_keeping(), forgotten()) == (1, {one.pk for one in others})


def test_the_clock_asks_for_it():
    assert [one["task"] for one in SCHEDULE.values()].count("appointments.tasks.end_keeping") == 1


def test_as_many_questions_for_those_who_stay(django_assert_max_num_queries, db):
    """Thirty who are cared for are found out in the first question."""
    for _ in range(30):
        of_old(visit(PatientFactory(), days=-LONG_AGO.days, status=Status.FULFILLED).patient)
    with django_assert_max_num_queries(1):
        assert end_keeping() == 0
