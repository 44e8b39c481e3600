"""/gestion/ has no door of its own."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse

from accounts.models import Role
from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.audit.models import AuditEvent
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


@pytest.fixture
def administrator(client):
    user = make_account("gestion@example.org", is_staff=True, is_superuser=True)
    RoleAssignmentFactory(user=user, role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def tables():
    return {model._meta.label: table for model, table in admin.site._registry.items()}


def test_every_table_leaves_a_trace_or_is_only_looked_at():
    bare = [label for label, table in tables().items() if not isinstance(table, AuditedAdmin | ReadOnlyAdmin)]
    assert bare == []


def test_tables_of_others_are_named_in_french_as_well(client, administrator):
    page = client.get("/gestion/").text
    assert {name: name in page for name in ("Seconds facteurs", "Appareils connectés")} == dict.fromkeys(
        ("Seconds facteurs", "Appareils connectés"), True
    )
    assert ("Authenticators" in page, "User sessions" in page) == (False, False)


def test_every_table_that_has_a_search_answers_it(client, administrator):
    answers = {
        label: client.get(
            reverse(f"admin:{table.opts.app_label}_{table.opts.model_name}_changelist"), {"q": "0.0"}
        ).status_code
        for label, table in tables().items()
        if table.get_search_fields(None)
    }
    assert len(answers) > 10
    assert {label: status for label, status in answers.items() if status != 200} == {}


def test_the_secret_of_a_second_factor_is_not_shown_and_a_lost_one_is_deleted_with_its_line(
    client, administrator
):
    lost = Authenticator.objects.create(
        user=make_account("perdu@example.org"),
        type=Authenticator.Type.TOTP,
        data={"secret": "JBSWY3DPEHPK3PXP"},
    )
    page = client.get(reverse("admin:mfa_authenticator_change", args=[lost.pk]))
    assert (page.status_code, b"JBSWY3DPEHPK3PXP" in page.content) == (200, False)
    client.post(reverse("admin:mfa_authenticator_delete", args=[lost.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()
    line = AuditEvent.objects.get(action="admin.delete")
    assert (line.actor, line.subject_type, line.subject_id) == (
        administrator,
        "mfa.authenticator",
        lost.pk,
    )
