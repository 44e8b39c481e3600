"""The invented centre that most see: its people, its day, the same again."""

from datetime import UTC, datetime

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connection

from accounts.models import Role, RoleAssignment, User
from appointments.models import Appointment, Disruption, Opening, Status
from core import clock
from msp_portal import welcome
from partnerships.models import CancelledSession
from patients.models import CareTeamMember, Patient, Proxy
from patients.models.proxy import Relation
from practitioners.models import Centre, Internship

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SMALL = {"practitioners": 13, "patients": 150, "appointments": 700}
WEDNESDAY_MORNING = datetime(2026, 11, 18, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday_morning():
    with time_machine.travel(WEDNESDAY_MORNING, tick=False):
        yield


def picture():
    """Everything that somebody could see, without the keys."""
    visits = Appointment.objects.order_by("start_at", "practitioner__slug", "reference")
    return [
        list(
            visits.values_list(
                "reference", "request_id", "status", "start_at", "practitioner__slug", "patient__birth_name"
            )
        ),
        list(
            Patient.objects.order_by("pk").values_list(
                "birth_name", "birth_first_names", "birth_date", "phone"
            )
        ),
        list(
            Opening.objects.order_by("start_at", "practitioner__slug", "end_at").values_list(
                "start_at", "end_at"
            )
        ),
    ]


def test_the_centre_that_most_see(capsys):
    """One building of it for all that is asked of it, and one more to see that it is the same again."""
    call_command("demo", **SMALL)
    people_of_the_contract()
    patiente_and_the_stranger()
    a_lively_day_and_a_worklist()
    second_call_changes_nothing(capsys)
    same_seed_same_centre_and_reset()


def same_seed_same_centre_and_reset():
    first = picture()
    # Visits of the people that one signs in as, their series and the partners' sessions come on top.
    assert SMALL["appointments"] < Appointment.objects.count() <= SMALL["appointments"] + 120
    connection.check_constraints()
    call_command("demo", reset=True, **SMALL)
    assert picture() == first
    connection.check_constraints()
    assert Centre.objects.count() == 1


def second_call_changes_nothing(capsys):
    first = picture()
    call_command("demo", **SMALL)
    assert picture() == first
    assert "nothing was changed" in capsys.readouterr().out


def people_of_the_contract():
    assert set(User.objects.values_list("email", flat=True)) == set(welcome.PEOPLE)
    assert all(check_password(welcome.PASSWORD, user.password) for user in User.objects.all())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(welcome.PEOPLE)
    patients = {"patiente@demo.example", "voisin@demo.example"}
    assert set(RoleAssignment.objects.values_list("user__email", flat=True)) == set(welcome.PEOPLE) - patients
    intern = RoleAssignment.objects.get(role=Role.INTERN)
    stay = Internship.objects.get(intern__user=intern.user)
    signing_in = stay.supervisors.filter(user__isnull=False).values_list("user__email", flat=True)
    assert list(signing_in) == ["medecin@demo.example"]
    assert stay.since <= clock.today() <= stay.until


def patiente_and_the_stranger():
    proxies = Proxy.objects.in_force().filter(user__email="patiente@demo.example")
    assert sorted(proxies.values_list("relation", flat=True)) == [
        Relation.CHILD,
        Relation.CHILD,
        Relation.PARENT,
        Relation.SELF,
    ]
    mother = proxies.get(relation=Relation.SELF).patient
    assert mother.attending_doctor.user.email == "medecin@demo.example"
    team = CareTeamMember.objects.in_force().filter(patient=mother)
    assert set(team.values_list("practitioner__user__email", flat=True)) == {
        "medecin@demo.example",
        "kine@demo.example",
        "infirmiere@demo.example",
    }
    family = Appointment.objects.filter(patient__in=proxies.values("patient"))
    assert family.coming().filter(patient=mother).exists()
    assert family.coming().filter(patient__proxies__relation=Relation.CHILD).exists()
    assert family.filter(status=Status.FULFILLED).exists()
    stranger = Proxy.objects.get(user__email="voisin@demo.example").patient
    assert not team.filter(practitioner__attended_patients=stranger).exists()


def a_lively_day_and_a_worklist():
    start, end = clock.day_bounds(clock.today())
    today = Appointment.objects.filter(start_at__gte=start, start_at__lt=end)
    states = set(today.values_list("status", flat=True))
    assert {Status.FULFILLED, Status.IN_PROGRESS, Status.BOOKED} <= states
    # Who is on leave, and who may have said that he comes to a meeting in his patients' time.
    displaced = set(Disruption.objects.open().values_list("appointment__practitioner__last_name", flat=True))
    # Those whose session a partner has cancelled are looked after in a plan of their own.
    visiting = set(CancelledSession.objects.values_list("session__practitioner__last_name", flat=True))
    assert displaced - {"Deschodt"} - visiting == {"Wallaert"}
