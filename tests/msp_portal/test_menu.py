"""The bar of those who work here: nothing for patients, nothing that would answer « not found » to others."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.access import CARE_ROLES
from accounts.models import Role, User
from core.templatetags.components import workbar
from msp_portal.menu import DOORS, Door, doors_of
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
    assert names(doctor) - names(desk) >= {"documents_to_file", "note_inbox"}
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


def bar(user: User, path: str) -> dict[str, Any]:
    return workbar(RequestContext(None, {"request": RequestFactory().get(path)}), doors_of(user))


def test_worklists_and_settings_are_in_drawers() -> None:
    drawn = bar(RoleAssignmentFactory(role=Role.COORDINATOR).user, "/")
    assert [line["href"] for line in drawn["alone"]][:3] == ["/ma-journee/", "/planning/", "/patients/"]
    assert [group["label"] for group in drawn["groups"]] == ["À traiter", "La maison"]
    assert drawn["groups"][0]["current"] is False


def test_the_longest_address_is_where_one_is() -> None:
    drawn = bar(RoleAssignmentFactory(role=Role.COORDINATOR).user, f"{reverse('duplicates')}1/2/")
    lines = [*drawn["alone"], *(line for group in drawn["groups"] for line in group["lines"])]
    assert [(line["href"], line["current"]) for line in lines if line["current"]] == [
        (reverse("duplicates"), "true")
    ]
    assert [group["current"] for group in drawn["groups"]] == [True, False]


def test_a_drawer_of_one_is_a_door() -> None:
    one = Door("duplicates", "Doublons", "people", lambda user: True, "À traiter")
    drawn = workbar(RequestContext(None, {"request": RequestFactory().get("/")}), [one])
    assert (drawn["groups"], [line["label"] for line in drawn["alone"]]) == ([], ["Doublons"])
