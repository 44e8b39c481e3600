"""/gestion/ has no door of its own."""

from __future__ import annotations

import pytest

from accounts.models import Role
from tests.accounts.conftest import make_account
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_goes_through_the_one_sign_in(client):
    answer = client.get("/gestion/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/compte/login/?next=%2Fgestion%2F")
    assert client.post("/gestion/login/", {"username": "a", "password": "b"})["Location"].startswith(
        "/compte/login/"
    )


@pytest.mark.parametrize(
    ("role", "is_staff", "status"),
    [
        (Role.ADMINISTRATOR, True, 200),
        (Role.ADMINISTRATOR, False, 404),
        (Role.SECRETARY, True, 404),
        (Role.PRACTITIONER, True, 404),
        (None, False, 404),
    ],
)
def test_only_an_administrator_enters(client, role, is_staff, status):
    user = make_account("quelquun@example.org", is_staff=is_staff)
    if role:
        RoleAssignmentFactory(user=user, role=role)
    client.force_login(user)
    assert client.get("/gestion/", follow=True).status_code == status
