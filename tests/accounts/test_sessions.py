"""How long a session lives, and what ends the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from accounts.sessions import user_of
from core import clock
from core.audit.models import AuditEvent
from tests.accounts.conftest import PASSWORD, last_code, make_account, totp_code
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db

# What a cookie may hold; in quotes, `\\000` is NUL.
NO_KEYS = ["", "x", "../../etc/passwd", '"\\000\\377abcdefghij"', "a" * 4000, "é" * 32]
CLOSED = "Votre session a été fermée"
OWN_PAGE = "/compte/sessions/"


def sign_in(user, client=None):
    client = client or Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


@pytest.fixture
def patient():
    return make_account("patiente@example.org", PASSWORD)


@pytest.fixture
def secretary():
    user = make_account("secretariat@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def still_open_after(user, *, idle=None, in_all=None):
    """Whether the session lives when the person pauses `idle`, or works without a pause for `in_all`."""
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = sign_in(user)
        if idle:
            traveller.shift(idle)
        else:
            while clock.now() + timedelta(minutes=10) < start + in_all:
                traveller.shift(timedelta(minutes=10))
                client.get(OWN_PAGE)
            traveller.move_to(start + in_all)
        return client.get(OWN_PAGE).status_code == 200


@pytest.mark.parametrize(("idle", "lives"), [(29, True), (30, False)])
def test_a_patient_may_pause_half_an_hour(patient, idle, lives):
    assert still_open_after(patient, idle=timedelta(minutes=idle)) is lives


@pytest.mark.parametrize(("idle", "lives"), [(14, True), (15, False)])
def test_those_who_work_here_may_pause_a_quarter_of_an_hour(secretary, idle, lives):
    assert still_open_after(secretary, idle=timedelta(minutes=idle)) is lives


@pytest.mark.parametrize(("minutes", "lives"), [(12 * 60 - 1, True), (12 * 60, False)])
def test_a_patients_session_ends_after_twelve_hours(patient, minutes, lives):
    assert still_open_after(patient, in_all=timedelta(minutes=minutes)) is lives


@pytest.mark.parametrize(("minutes", "lives"), [(10 * 60 - 1, True), (10 * 60, False)])
def test_a_professionals_session_ends_after_ten_hours(secretary, minutes, lives):
    assert still_open_after(secretary, in_all=timedelta(minutes=minutes)) is lives


def test_the_page_says_politely_why_and_leads_back(patient):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = sign_in(patient)
        traveller.shift(timedelta(hours=1))
        answer = client.get(f"{OWN_PAGE}?page=2", follow=True)
    assert answer.redirect_chain == [("/compte/login/?next=%2Fcompte%2Fsessions%2F%3Fpage%3D2", 302)]
    assert CLOSED in answer.content.decode()
    assert client.session.get("_auth_user_id") is None


def test_a_public_page_goes_on_without_the_account(patient):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = sign_in(patient)
        traveller.shift(timedelta(hours=1))
        answer = client.get("/donnees-personnelles/")
    assert answer.status_code == 200
    assert CLOSED in answer.content.decode()


def test_a_fragment_makes_the_whole_page_go_to_sign_in(patient):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = sign_in(patient)
        traveller.shift(timedelta(hours=1))
        answer = client.get(
            OWN_PAGE,
            headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/compte/sessions/?page=2"},
        )
    assert answer["HX-Redirect"] == "/compte/login/?next=%2Fcompte%2Fsessions%2F%3Fpage%3D2"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/compte/sessions/?page=2", "%2Fcompte%2Fsessions%2F%3Fpage%3D2"),
        ("https://mechant.example/", "%2F"),
        ("", "%2F"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page(patient, referer, back):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client = sign_in(patient)
        traveller.shift(timedelta(hours=1))
        answer = client.post(OWN_PAGE, headers={"Referer": referer})
    assert (answer.status_code, answer["Location"]) == (302, f"/compte/login/?next={back}")


def test_a_session_that_does_not_know_when_it_began_is_closed(patient):
    client = sign_in(patient)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert client.get(OWN_PAGE).status_code == 302


def test_signing_in_changes_the_key(patient):
    client = Client()
    session = client.session
    session["visitor"] = "x"
    session.save()
    before = session.session_key
    sign_in(patient, client)
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_proving_again_who_one_is_changes_the_key(patient):
    client = sign_in(patient)
    before = client.session.session_key
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    after = client.session.session_key
    assert after != before
    assert not client.session.exists(before)
    assert [row.session_key for row in UserSession.objects.filter(user=patient)] == [after]


def test_a_new_password_ends_the_other_sessions(patient):
    here, elsewhere = sign_in(patient), sign_in(patient)
    new = "autre phrase bien longue"
    changed = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    assert here.get(OWN_PAGE).status_code == 200
    assert elsewhere.get(OWN_PAGE).status_code == 302
    assert UserSession.objects.filter(user=patient).count() == 1
    assert AuditEvent.objects.filter(action="account.password_changed").count() == 1


def test_a_forgotten_password_ends_all_sessions(patient):
    elsewhere = sign_in(patient)
    here = Client()
    here.post(reverse("account_reset_password"), {"email": patient.email})
    here.post(reverse("account_confirm_password_reset_code"), {"code": last_code()})
    new = "autre phrase bien longue"
    here.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    patient.refresh_from_db()
    assert patient.check_password(new) is True
    assert elsewhere.get(OWN_PAGE).status_code == 302


def test_a_new_factor_ends_the_other_sessions(patient, monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda act: act())
    here, elsewhere = sign_in(patient), sign_in(patient)
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    here.get(reverse("mfa_activate_totp"))
    secret = here.session[SECRET_SESSION_KEY]
    enrolled = here.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert enrolled.status_code == 302
    kinds = set(Authenticator.objects.filter(user=patient).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert here.get(OWN_PAGE).status_code == 200
    assert elsewhere.get(OWN_PAGE).status_code == 302


def test_sessions_are_listed_and_killed(patient):
    here, elsewhere = sign_in(patient), sign_in(patient)
    stranger = sign_in(make_account("voisin@example.org", PASSWORD))
    assert here.get(OWN_PAGE).context["session_count"] == 2
    here.post(OWN_PAGE)
    assert here.get(OWN_PAGE).status_code == 200
    assert elsewhere.get(OWN_PAGE).status_code == 302
    assert stranger.get(OWN_PAGE).status_code == 200


def test_a_forgotten_password_is_not_given_to_whoever_only_typed_the_address(patient):
    squatter = make_account("squatteur@example.org", PASSWORD)
    squatter.emailaddress_set.create(email=patient.email, verified=False, primary=False)
    here = Client()
    here.post(reverse("account_reset_password"), {"email": patient.email})
    here.post(reverse("account_confirm_password_reset_code"), {"code": last_code()})
    new = "autre phrase bien longue"
    here.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    for user in (patient, squatter):
        user.refresh_from_db()
    assert (patient.check_password(new), squatter.check_password(new)) == (True, False)


def test_a_page_may_ask_who_is_signed_in(patient):
    address = reverse("account_session")
    assert Client().get(address).json()["who"] == ""
    client = sign_in(patient)
    answer = client.get(address)
    assert answer.json()["who"] == str(patient.pk)
    assert len(answer.json()["token"]) == 64
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("key", NO_KEYS, ids=range(len(NO_KEYS)))
def test_what_cannot_be_a_key_is_nobodys(key):
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}".encode().decode("latin-1")
    assert Client().get("/", HTTP_COOKIE=cookie).status_code == 200
    assert Client().get(OWN_PAGE, HTTP_COOKIE=cookie).status_code == 302
    assert user_of(key.replace("\\000", "\x00")) is None
