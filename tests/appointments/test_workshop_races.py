"""The last seat, with real threads on the real database; without the guard the same race must be lost."""

from __future__ import annotations

import pytest
from django.db import connection

from appointments.actions.enrol import WorkshopFull, enrol
from appointments.actions.leave_workshop import leave_workshop
from appointments.models import Enrolment, WorkshopCycle
from core.refusal import Refusal
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import on_monday
from tests.factories.accounts import UserFactory
from tests.factories.appointments import EnrolmentFactory, WorkshopCycleFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cycle(sunday, transactional_db):
    """Twelve seats, eleven of them taken."""
    cycle = WorkshopCycleFactory(workshop__seats=12, start_at=on_monday(18))
    EnrolmentFactory.create_batch(11, cycle=cycle)
    return cycle


@pytest.fixture
def fifty(transactional_db):
    return [PatientFactory() for _ in range(50)]


def taken(cycle):
    seats = Enrolment.objects.enrolled().filter(cycle=cycle).count()
    assert WorkshopCycle.objects.get(pk=cycle.pk).taken == seats
    return seats


def test_fifty_people_want_the_last_seat(cycle, fifty):
    user = UserFactory()
    results = race([lambda one=one: enrol(cycle, one, actor=user) for one in fifty])
    assert kinds(results) == {"Enrolment": 1, WorkshopFull.__name__: 49}
    assert taken(cycle) == 12
    told = {str(one.sentence) for one in results if isinstance(one, Refusal)}
    assert told == {"La dernière place vient d’être prise. Vous pouvez vous inscrire en liste d’attente."}
    assert deadlocks() == 0


@pytest.fixture
def without_the_guard(transactional_db):
    guard = next(c for c in WorkshopCycle._meta.constraints if c.name == "workshop_seats_not_exceeded")
    with connection.schema_editor() as editor:
        editor.remove_constraint(WorkshopCycle, guard)
    yield
    Enrolment.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(WorkshopCycle, guard)


def test_the_control_run_without_the_guard_is_lost(cycle, fifty, without_the_guard):
    """How closely the fifty follow each other is the machine's business: they try until there is one seat too many."""
    user = UserFactory()
    for _ in range(12):
        results = race([lambda one=one: enrol(cycle, one, actor=user) for one in fifty])
        if kinds(results)["Enrolment"] > 1:
            break
        Enrolment.objects.filter(cycle=cycle, patient__in=fifty).delete()
    assert taken(cycle) > 12


def test_the_guard_holds_for_rows_that_no_action_writes(cycle, fifty):
    """No lock, no look beforehand: bare rows, as a script or a shell would write them."""
    results = race([lambda one=one: EnrolmentFactory(cycle=cycle, patient=one) for one in fifty])
    assert kinds(results) == {"Enrolment": 1, "IntegrityError": 49}
    assert taken(cycle) == 12
    assert deadlocks() == 0


def test_leaving_and_joining_at_once_leaves_nobody_waiting_before_a_free_seat(cycle, fifty):
    user = UserFactory()
    seated = list(Enrolment.objects.filter(cycle=cycle))
    joiners = [lambda one=one: enrol(cycle, one, actor=user, wait=True) for one in fifty[:20]]
    leavers = [lambda row=row: leave_workshop(row, actor=user) for row in seated[:6]]
    with_errors = [result for result in race([*joiners, *leavers]) if isinstance(result, Exception)]
    assert with_errors == []
    assert (taken(cycle), Enrolment.objects.waiting().filter(cycle=cycle).count()) == (12, 20 - 7)
    ranks = list(Enrolment.objects.waiting().values_list("queue", flat=True))
    assert len(set(ranks)) == len(ranks)
    assert deadlocks() == 0


def test_one_form_sent_ten_times_at_once_takes_one_seat(cycle):
    user, patient = UserFactory(), PatientFactory()
    results = race([lambda: enrol(cycle, patient, actor=user, wait=True)] * 10)
    assert {result.pk for result in results} == {Enrolment.objects.get(patient=patient).pk}
    assert taken(cycle) == 12
