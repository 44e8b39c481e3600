"""Those who see other people's data prove who they are twice; the demonstration alone is spared."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from accounts.models import Role
from tests.accounts.conftest import PASSWORD, make_account, totp_code
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db

SOME_PAGE = "/donnees-personnelles/"


@pytest.fixture
def secretary(settings):
    settings.DEMO = False
    user = make_account("secretariat@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def give_password(client, user):
    return client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": SOME_PAGE}
    )


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_sent_to_enrol(client, settings, role):
    settings.DEMO = False
    user = make_account("quelquun@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=role)
    client.force_login(user)
    answer = client.get(SOME_PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/compte/2fa/")


def test_a_patient_and_the_demonstration_are_not(client, settings, secretary):
    patient = make_account("patiente@example.org")
    client.force_login(patient)
    assert client.get(SOME_PAGE).status_code == 200
    settings.DEMO = True
    client.force_login(secretary)
    assert client.get(SOME_PAGE).status_code == 200


def test_only_the_own_account_is_open_before(client, secretary):
    client.force_login(secretary)
    assert client.get("/compte/2fa/").status_code == 200
    assert client.get("/compte/email/").status_code == 200
    assert client.get("/gestion/")["Location"] == "/compte/2fa/"
    fragment = client.get(SOME_PAGE, headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == "/compte/2fa/"
    assert client.post(reverse("account_logout")).status_code == 302


def test_with_an_application_the_code_is_asked_and_the_way_back_kept(client, secretary):
    secret = generate_totp_secret()
    TOTP.activate(secretary, secret)
    asked = give_password(client, secretary)
    assert asked["Location"] == "/compte/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get(SOME_PAGE).status_code == 200
    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert refused.status_code == 200
    entered = client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert (entered.status_code, entered["Location"]) == (302, SOME_PAGE)
    assert client.get(SOME_PAGE).status_code == 200


def test_a_code_by_mail_does_not_replace_the_second_factor(client, secretary):
    from tests.accounts.conftest import last_code

    TOTP.activate(secretary, generate_totp_secret())
    client.post(reverse("account_request_login_code"), {"email": secretary.email})
    entered = client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert entered["Location"] == "/compte/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once(client, secretary):
    TOTP.activate(secretary, generate_totp_secret())
    code = RecoveryCodes.activate(secretary).get_unused_codes()[0]
    give_password(client, secretary)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.session["_auth_user_id"] == str(secretary.pk)
    client.post(reverse("account_logout"))
    give_password(client, secretary)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_taking_the_last_factor_away_closes_the_doors_again(client, secretary):
    secret = generate_totp_secret()
    TOTP.activate(secretary, secret)
    give_password(client, secretary)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert client.get(SOME_PAGE).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=secretary, type="totp").exists() is False
    assert client.get(SOME_PAGE)["Location"] == "/compte/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client, secretary):
    RecoveryCodes.activate(secretary)
    client.force_login(secretary)
    assert client.get(SOME_PAGE)["Location"] == "/compte/2fa/"
