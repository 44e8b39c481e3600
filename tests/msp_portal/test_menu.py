"""The bar of those who work here: nothing for patients, nothing that would answer « not found » to others."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.access import CARE_ROLES
from accounts.models import Role
from msp_portal.menu import DOORS, doors_of
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


def names(user: object) -> set[str]:
    return {door.url_name for door in doors_of(user)}  # type: ignore[arg-type]


def test_patients_and_strangers_see_no_door() -> None:
    assert names(AnonymousUser()) == set()
    assert names(UserFactory()) == set()


def test_the_desk_and_the_practitioners_see_their_own() -> None:
    desk = RoleAssignmentFactory(role=Role.SECRETARY).user
    doctor = RoleAssignmentFactory(role=Role.PRACTITIONER).user
    assert names(desk) - names(doctor) >= {"closures", "proxy_requests", "erasure_requests"}
    assert names(doctor) - names(desk) == set()
    assert "admin:index" not in names(desk) | names(doctor)


@pytest.mark.parametrize("role", Role.values)
def test_every_door_that_is_shown_opens(client: Client, role: str) -> None:
    user = RoleAssignmentFactory(role=role, user__is_staff=role == Role.ADMINISTRATOR).user
    PractitionerFactory(user=user if role in CARE_ROLES else None)
    client.force_login(user)
    shown = doors_of(user)
    answers = {}
    for door in shown:
        try:
            address = reverse(door.url_name)
        except NoReverseMatch:
            continue
        answers[door.url_name] = client.get(address, follow=True).status_code
    assert answers == dict.fromkeys(answers, 200)


def test_no_door_is_named_twice() -> None:
    assert len({door.url_name for door in DOORS}) == len(DOORS)
