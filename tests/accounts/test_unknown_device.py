"""A patient's password alone opens nothing on a device that nobody knows: a code by e-mail goes with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.devices import REMEMBERED_FOR
from accounts.models import Role, User
from core import clock
from tests.accounts.conftest import PASSWORD, last_code, make_account
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db

CONFIRM = "/compte/login/code/confirm/"
NEXT = "/donnees-personnelles/"
REMEMBER = 'name="remember"'


@pytest.fixture(autouse=True)
def _for_real(settings):
    settings.DEMO = False


@pytest.fixture
def patient(db) -> User:
    return make_account("patiente@example.org", PASSWORD)


def try_password(client: Client, user: User) -> str:
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": NEXT})
    assert answer.status_code == 302
    return answer["Location"].partition("?")[0]


def give_code(client: Client, code: str, **more: str):
    return client.post(reverse("account_confirm_login_code"), {"code": code, "next": NEXT, **more})


def is_in(client: Client, user: User) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)


def leave(client: Client) -> None:
    client.post(reverse("account_logout"))


def test_asked_once_then_remembered_for_thirty_days(client, patient):
    assert (try_password(client, patient), is_in(client, patient)) == (CONFIRM, False)
    [message] = mail.outbox
    assert message.to == [patient.email]
    page = client.get(CONFIRM).text
    assert (REMEMBER in page, "cet appareil ne nous est pas encore connu" in page) == (True, True)
    entered = give_code(client, last_code(), remember="on")
    assert (entered["Location"], is_in(client, patient)) == (NEXT, True)
    cookie = client.cookies[django_settings.DEVICE_COOKIE_NAME]
    kept = (cookie["max-age"], cookie["httponly"], cookie["samesite"], cookie["path"])
    assert kept == (int(REMEMBERED_FOR.total_seconds()), True, "Lax", "/")
    assert patient.email not in cookie.value

    leave(client)
    assert (try_password(client, patient), is_in(client, patient), len(mail.outbox)) == (NEXT, True, 1)
    assert try_password(Client(), patient) == CONFIRM
    leave(client)
    with time_machine.travel(clock.now() + REMEMBERED_FOR + timedelta(minutes=1), tick=False):
        assert (try_password(client, patient), is_in(client, patient)) == (CONFIRM, False)


def test_not_remembered_without_the_box(client, patient):
    try_password(client, patient)
    give_code(client, last_code())
    assert is_in(client, patient)
    assert django_settings.DEVICE_COOKIE_NAME not in client.cookies
    leave(client)
    assert try_password(client, patient) == CONFIRM


def test_a_family_shares_a_device_and_nobody_vouches_for_another(client, patient):
    other = make_account("voisin@example.org", PASSWORD)
    for person in (patient, other):
        assert try_password(client, person) == CONFIRM
        give_code(client, last_code(), remember="on")
        leave(client)
    for person in (patient, other):
        assert (try_password(client, person), is_in(client, person)) == (NEXT, True)
        leave(client)
    third = make_account("tierce@example.org", PASSWORD)
    assert (try_password(client, third), is_in(client, third)) == (CONFIRM, False)


def test_another_password_forgets_the_devices_and_so_does_a_forged_mark(client, patient):
    try_password(client, patient)
    give_code(client, last_code(), remember="on")
    leave(client)
    kept = client.cookies[django_settings.DEVICE_COOKIE_NAME].value
    for forged in ("", "x", f"{kept}x", kept[:-1]):
        client.cookies[django_settings.DEVICE_COOKIE_NAME] = forged
        assert try_password(client, patient) == CONFIRM
        client.session.flush()
    client.cookies[django_settings.DEVICE_COOKIE_NAME] = kept
    patient.set_password(PASSWORD)  # the same words, another salt
    patient.save()
    assert (try_password(client, patient), is_in(client, patient)) == (CONFIRM, False)


def test_five_wrong_codes_and_one_begins_again(client, patient):
    try_password(client, patient)
    right = last_code()
    wrong = "000000" if right != "000000" else "111111"
    answers = [give_code(client, wrong, remember="on") for _again in range(5)]
    assert "Ce code ne convient pas. Vérifiez les six chiffres." in answers[0].text
    assert re.search(r'name="remember"[^>]*checked', answers[0].text)
    assert [answer.status_code for answer in answers] == [200] * 4 + [302]
    assert answers[-1]["Location"] == reverse("account_login")
    give_code(client, right)
    assert (is_in(client, patient), django_settings.DEVICE_COOKIE_NAME in client.cookies) == (False, False)


def test_a_code_is_worth_ten_minutes(client, patient):
    try_password(client, patient)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert give_code(client, last_code()).status_code == 302
        assert not is_in(client, patient)


def test_so_many_codes_and_no_more(client, patient):
    """Whoever has the password has five guesses of each; what is counted is the account, whatever the address."""
    where = [try_password(Client(), patient) for _again in range(7)]
    assert where == [CONFIRM] * 6 + [reverse("account_login")]
    assert len(mail.outbox) == 6
    try_password(client, patient)
    assert "Trop d’essais en peu de temps" in client.get(reverse("account_login")).text
    assert not is_in(client, patient)


def test_a_stranger_who_asks_for_codes_locks_nobody_out(client, patient):
    for _again in range(8):
        Client().post(reverse("account_request_login_code"), {"email": patient.email})
    assert try_password(client, patient) == CONFIRM
    for _again in range(2):
        client.post(CONFIRM, {"action": "resend"})
    give_code(client, last_code())
    assert (is_in(client, patient), len(mail.outbox)) == (True, 6 + 3)


def test_who_has_a_factor_of_his_own_is_asked_for_that(client, patient):
    Authenticator.objects.create(user=patient, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert try_password(client, patient) == reverse("mfa_authenticate")
    doctor = make_account("docteure@example.org", PASSWORD)
    RoleAssignmentFactory(user=doctor, role=Role.PRACTITIONER)
    assert (try_password(Client(), doctor), mail.outbox) == (NEXT, [])


def test_a_code_that_was_asked_for_needs_no_second_one(client, patient):
    client.post(reverse("account_request_login_code"), {"email": patient.email})
    assert REMEMBER not in client.get(CONFIRM).text
    give_code(client, last_code(), remember="on")
    assert (is_in(client, patient), len(mail.outbox)) == (True, 1)
    assert django_settings.DEVICE_COOKIE_NAME not in client.cookies


@pytest.mark.parametrize("name", ["DEMO", "CODE_ON_UNKNOWN_DEVICE"])
def test_not_in_the_demonstration_nor_where_the_house_says_no(client, patient, settings, name):
    setattr(settings, name, name == "DEMO")
    assert (try_password(client, patient), is_in(client, patient), mail.outbox) == (NEXT, True, [])
