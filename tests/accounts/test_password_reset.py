"""A password that came through the mailbox proves no more than the mailbox for a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.answer_reset import NothingWaits, block_account, confirm_reset
from accounts.models import Role, User
from core import clock
from core.audit.models import AuditEvent
from tests.accounts.conftest import PASSWORD, last_code, make_account, totp_code
from tests.factories.accounts import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

DOCUMENTS = "/mon-espace/documents/"
WAITING = f"/compte/sante/?next={DOCUMENTS.replace('/', '%2F')}"
NEW = "autre phrase bien longue"
NOON = "2026-11-23 12:00+01:00"


@pytest.fixture(autouse=True)
def _for_real(settings):
    settings.DEMO = False


@pytest.fixture
def patient() -> User:
    return make_account("patiente@example.org", PASSWORD)


def reset_by_mailbox(email: str) -> str:
    """What the page says at the end."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": last_code()})
    done = client.post(
        reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW}, follow=True
    )
    return done.text


def sign_in(user: User, password: str = NEW) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def asked(client: Client, path: str = DOCUMENTS) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return answer.redirect_chain[-1][0] if answer.redirect_chain else path


def test_it_books_at_once_and_reads_a_day_later(patient):
    with time_machine.travel(NOON, tick=False) as traveller:
        assert "documents et votre dossier s’ouvrent dans un jour" in reset_by_mailbox(patient.email)
        client = sign_in(patient)
        assert (asked(client, "/mon-espace/"), asked(client)) == ("/mon-espace/", WAITING)
        page = client.get(WAITING).text
        assert "lundi 23 novembre à 12 h" in page.replace("\u00a0", " ")
        assert "Ouverture : mardi 24 novembre à 12 h" in page.replace("\u00a0", " ")
        assert "s’ouvrent mardi 24" in client.get("/mon-espace/securite/").text.replace("\u00a0", " ")
        traveller.shift(timedelta(days=1))
        assert asked(sign_in(patient)) == DOCUMENTS


def test_neither_the_password_once_more_nor_a_new_one_nor_a_new_factor_is_quicker(patient):
    reset_by_mailbox(patient.email)
    client = sign_in(patient)
    client.post("/compte/reauthenticate/", {"password": NEW, "next": DOCUMENTS})
    assert asked(client) == WAITING
    third = "encore une phrase bien longue"
    client.post(
        reverse("account_change_password"), {"oldpassword": NEW, "password1": third, "password2": third}
    )
    assert asked(client) == WAITING
    secret = generate_totp_secret()
    TOTP.activate(patient, secret)
    other = Client()
    other.post(reverse("account_login"), {"login": patient.email, "password": third})
    other.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert asked(other) == WAITING


def test_a_factor_of_before_still_opens(patient):
    secret = generate_totp_secret()
    with time_machine.travel(clock.now() - timedelta(days=1), tick=False):
        TOTP.activate(patient, secret)
    reset_by_mailbox(patient.email)
    client = Client()
    client.post(reverse("account_login"), {"login": patient.email, "password": NEW})
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert asked(client) == DOCUMENTS


def test_a_second_time_waits_a_day_from_then(patient):
    with time_machine.travel(NOON, tick=False) as traveller:
        reset_by_mailbox(patient.email)
        traveller.shift(timedelta(hours=23))
        reset_by_mailbox(patient.email)
        traveller.shift(timedelta(hours=23))
        assert asked(sign_in(patient)) == WAITING


@pytest.mark.parametrize(("name", "value"), [("DEMO", True), ("CODE_ON_UNKNOWN_DEVICE", False)])
def test_a_house_that_renounces_does_not_wait(patient, settings, name, value):
    setattr(settings, name, value)
    assert "dans un jour" not in reset_by_mailbox(patient.email)
    client = Client()
    client.post(reverse("account_login"), {"login": patient.email, "password": NEW})
    assert asked(client) == DOCUMENTS


def test_the_desks_word_opens_at_once(patient):
    reset_by_mailbox(patient.email)
    client, secretary = sign_in(patient), UserFactory()
    confirm_reset(patient, patient_id=7, actor=secretary, evidence="carte d’identité vue")
    assert asked(client) == DOCUMENTS
    line = AuditEvent.objects.get(action="account.reset_confirmed")
    assert (line.actor_id, line.subject_id, line.patient_id, line.reason) == (
        secretary.pk,
        patient.pk,
        7,
        "carte d’identité vue",
    )
    with pytest.raises(NothingWaits):
        confirm_reset(patient, patient_id=7, actor=secretary, evidence="encore")


def test_the_desk_shuts_out_whoever_it_was(patient):
    """Sessions, password and what he had added go; a code to the mailbox enters no more."""
    reset_by_mailbox(patient.email)
    client = sign_in(patient)
    TOTP.activate(patient, generate_totp_secret())
    block_account(patient, patient_id=7, actor=UserFactory(), reason="un proche lit sa messagerie")
    patient.refresh_from_db()
    factors = Authenticator.objects.filter(user=patient).count()
    assert (patient.is_active, patient.has_usable_password(), factors) == (False, False, 0)
    assert "/login/" in asked(client, "/mon-espace/")
    stranger = Client()
    stranger.post(reverse("account_request_login_code"), {"email": patient.email})
    answer = stranger.post(reverse("account_confirm_login_code"), {"code": last_code()}, follow=True)
    assert ("Ce compte est désactivé" in answer.text, "_auth_user_id" in stranger.session) == (True, False)
    with pytest.raises(NothingWaits):
        block_account(patient, patient_id=7, actor=UserFactory(), reason="encore")


def test_a_blocked_account_is_sent_no_code_for_a_new_password(patient):
    reset_by_mailbox(patient.email)
    block_account(patient, patient_id=7, actor=UserFactory(), reason="pas elle")
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": patient.email})
    codes = [re.findall(r"^\d{6}$", str(one.body), re.MULTILINE) for one in mail.outbox]
    assert codes == [[]]


def test_the_desk_does_not_shut_out_who_works_here(patient):
    RoleAssignmentFactory(user=patient, role=Role.PRACTITIONER)
    reset_by_mailbox(patient.email)
    with pytest.raises(NothingWaits):
        block_account(patient, patient_id=7, actor=UserFactory(), reason="pas elle")
    patient.refresh_from_db()
    assert (patient.is_active, patient.password_reset_at is None) == (True, False)


def test_once_it_is_open_again_she_chooses_anew(patient):
    reset_by_mailbox(patient.email)
    block_account(patient, patient_id=7, actor=UserFactory(), reason="pas elle")
    User.objects.filter(pk=patient.pk).update(is_active=True)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": patient.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert asked(client) == WAITING
    assert "Choisissez une fois ce qui vous sera demandé en plus" in client.get(WAITING).text
