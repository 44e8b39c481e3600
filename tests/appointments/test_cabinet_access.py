"""Who may set whose hours: oneself, and the desk. For everybody else these pages do not exist."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Role
from appointments.urls_cabinet import of_practitioner
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AbsenceFactory, ClosureFactory, OpeningRuleFactory

pytestmark = pytest.mark.django_db

OF_PRACTITIONER = [route.name for route in of_practitioner if route.name != "restore_opening"] + [
    "edit_profile"
]
OF_HOUSE = ["closures", "add_closure", "reopen_house"]


@pytest.fixture
def addresses(doctor):
    """One row of each kind, and the address of every screen about it."""
    rows = {
        "rule": OpeningRuleFactory(practitioner=doctor.practitioner),
        "opening": doctor.practitioner.openings.first(),
        "absence": AbsenceFactory(
            practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(9)
        ),
        "reason": doctor.reason,
        "house": ClosureFactory(start_at=on_monday(8), end_at=on_monday(8) + timedelta(days=1)),
    }

    def address(name):
        slug = [] if name in OF_HOUSE else [doctor.practitioner.slug]
        takes_key = "pk" in get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        return reverse(name, args=[*slug, rows[name.split("_")[1]].pk] if takes_key else slug)

    return address


def desk(role):
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=role)
    return sign_in(user)


@pytest.mark.parametrize("name", OF_PRACTITIONER)
def test_own_practice(addresses, doctor, name):
    assert doctor.client.get(addresses(name)).status_code == 200


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_desk_keeps_everybodys(addresses, name, role):
    assert desk(role).get(addresses(name)).status_code == 200


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
def test_missing_for_teammates_and_strangers(addresses, teammate, outsider, name):
    for person in (teammate, outsider):
        assert person.client.get(addresses(name)).status_code == 404
        # 405: a list takes no form from anybody.
        assert person.client.post(addresses(name), {"step": "save"}).status_code in (404, 405)


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
def test_visitors_sign_in_first(addresses, visitor, name):
    response = visitor.get(addresses(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_former_staff_and_former_practitioners(addresses, doctor):
    address = addresses("openings")
    doctor.user.role_assignments.update(since="2020-01-01", until="2020-12-31")
    assert sign_in(doctor.user).get(address).status_code == 404


@pytest.mark.parametrize("name", ["edit_rule", "edit_opening", "edit_absence", "edit_reason"])
def test_rows_of_another_practitioner_under_ones_own_name(addresses, teammate, doctor, name):
    address = addresses(name).replace(doctor.practitioner.slug, teammate.practitioner.slug)
    assert teammate.client.get(address).status_code == 404


def test_first_page(doctor, outsider):
    own = doctor.client.get(reverse("my_openings"))
    assert (own.status_code, own.url) == (302, reverse("openings", args=[doctor.practitioner.slug]))
    assert desk(Role.SECRETARY).get(reverse("my_openings")).context["practitioners"] == [doctor.practitioner]
    assert outsider.client.get(reverse("my_openings")).status_code == 404
    assert outsider.client.get(reverse("disruptions")).status_code == 404
    assert Client().get(reverse("my_openings")).status_code == 302
