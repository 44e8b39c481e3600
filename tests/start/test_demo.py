"""The invented centre: whole, the same again, never where it has no place."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Role, RoleAssignment, User
from appointments.models import Appointment, Audience, Disruption, Opening, OpeningRule, Status
from core import clock
from core.formats import identifiers
from msp_portal import welcome
from msp_portal.demo.staff import STAFF
from partnerships.models import CancelledSession
from patients.models import CareTeamMember, Patient, Proxy
from patients.models.proxy import Relation
from practitioners.models import Centre, Internship, Practitioner, Room

pytestmark = pytest.mark.django_db

SMALL = {"practitioners": 13, "patients": 150, "appointments": 700}


WEDNESDAY_MORNING = datetime(2026, 11, 18, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday_morning():
    with time_machine.travel(WEDNESDAY_MORNING, tick=False):
        yield


@pytest.fixture(scope="module")
def centre(django_db_setup, django_db_blocker):
    """Built once: what each test does to it is rolled back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(WEDNESDAY_MORNING, tick=False):
            call_command("demo", **SMALL)
        yield
        transaction.set_rollback(True)


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
        list(Opening.objects.order_by("start_at", "practitioner__slug").values_list("start_at", "end_at")),
    ]


def test_same_seed_same_centre_and_reset(centre):
    first = picture()
    connection.check_constraints()
    call_command("demo", reset=True, **SMALL)
    assert picture() == first
    connection.check_constraints()
    call_command("demo", reset=True, seed=2, **SMALL)
    assert picture() != first
    assert Centre.objects.count() == 1


def test_second_call_changes_nothing(centre, capsys):
    first = picture()
    call_command("demo", **SMALL)
    assert picture() == first
    assert "nothing was changed" in capsys.readouterr().out


def test_never_outside_the_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demonstration"):
        call_command("demo")
    assert Centre.objects.count() == 0


@pytest.mark.parametrize("wish", [{"practitioners": 3}, {"patients": 0}, {"appointments": -1}])
def test_nonsense_is_refused(wish):
    with pytest.raises(CommandError, match="must be"):
        call_command("demo", **wish)


TWICE = 5  # people whom the desk entered a second time
UNNAMED = 1  # cared for under a pseudonym


def test_as_many_as_wished_and_their_numbers_have_their_keys():
    call_command("demo", practitioners=40, patients=40, appointments=100)
    story = 40  # visits of the people that one signs in as, and the series of two of them, come on top
    assert (Practitioner.objects.count(), Patient.objects.count()) == (40, 40 + 5 + TWICE + UNNAMED)
    assert 100 < Appointment.objects.count() <= 100 + story
    for number in Practitioner.objects.values_list("rpps", flat=True):
        identifiers.rpps(number)
    identifiers.finess(Centre.objects.get().finess)


def test_people_of_the_contract(centre):
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


def test_patiente_and_the_stranger(centre):
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


def test_a_lively_day_and_a_worklist(centre):
    start, end = clock.day_bounds(clock.today())
    today = Appointment.objects.filter(start_at__gte=start, start_at__lt=end)
    states = set(today.values_list("status", flat=True))
    assert {Status.FULFILLED, Status.IN_PROGRESS, Status.BOOKED} <= states
    # Who is on leave, and who may have said that he comes to a meeting in his patients' time.
    displaced = set(Disruption.objects.open().values_list("appointment__practitioner__last_name", flat=True))
    # Those whose session a partner has cancelled are looked after in a plan of their own.
    visiting = set(CancelledSession.objects.values_list("session__practitioner__last_name", flat=True))
    assert displaced - {"Deschodt"} - visiting == {"Wallaert"}


def test_nobody_is_promised_a_room_that_another_has():
    """Shared rooms are shared on different half-days, whatever the step of the rules."""
    call_command("demo", practitioners=len(STAFF), patients=5, appointments=0)
    for room in Room.objects.all():
        openings = Opening.objects.filter(room=room).order_by("start_at")
        hours = list(openings.values_list("start_at", "end_at", "practitioner__last_name"))
        clashes = [
            (first, second)
            for first, second in pairwise(hours)
            if first[1] > second[0] and first[2] != second[2]
        ]
        assert clashes == []
    assert OpeningRule.objects.filter(every_n_weeks__gt=1).count() > 10


def fill_between(first: int, last: int) -> float:
    """The share of opened time that visits take, from so many days from today to so many."""
    start = clock.day_bounds(clock.today())[0] + timedelta(days=first)
    end = start + timedelta(days=last - first)
    open_for = timedelta()
    for since, until in (
        Opening.objects.standing()
        .filter(start_at__gte=start, start_at__lt=end)
        .exclude(audience=Audience.UNSCHEDULED)
        .values_list("start_at", "end_at")
    ):
        open_for += until - since
    visits = Appointment.objects.active().filter(start_at__gte=start, start_at__lt=end)
    taken = sum(((until - since) for since, until in visits.values_list("start_at", "end_at")), timedelta())
    return taken / open_for


def test_a_year_back_and_six_weeks_ahead_are_six_tenths_full():
    call_command("demo", practitioners=13, patients=1500)
    shares = [fill_between(first, last) for first, last in [(-360, -180), (-180, 0), (0, 42)]]
    assert [share for share in shares if not 0.55 < share < 0.68] == []
