"""Of an account that had nothing but its mailbox, whoever reads it could choose the second proof: its owner hears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from tests.accounts.conftest import PASSWORD, totp_code
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db
A_WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _light(owner, patient):
    """She books with codes by e-mail, and has done so for a week."""
    owner.set_unusable_password()
    owner.date_joined = clock.now() - A_WEEK
    owner.save()


def choose_password(user: User) -> None:
    answer = signed_in(user).post(
        reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 302


def told() -> list[tuple[str, str, str]]:
    return list(OutboxMessage.objects.values_list("kind", "channel", "address"))


@pytest.mark.django_db(transaction=True)
def test_the_number_of_her_record_is_told(owner):
    choose_password(owner)
    message = OutboxMessage.objects.get()
    assert (told(), message.recipient) == ([("account.second_proof", "sms", "+33612345678")], owner)
    text = find(message.kind).render([message], {}).text
    assert text.endswith(
        "un accès a été ajouté à votre compte, depuis votre messagerie."
        " Ce n'est pas vous ? Appelez le 03 21 00 00 00."
    )
    assert len(text) <= 160


def test_the_desk_shuts_what_somebody_else_chose(owner, patient, secretary):
    mine = signed_in(owner)
    choose_password(owner)
    Authenticator.objects.create(user=owner, type="webauthn", data={})
    Authenticator.objects.update(
        created_at=clock.now() - timedelta(seconds=5)
    )  # noted a moment after it was made
    client, url = signed_in(secretary), reverse("waiting_reset", args=[owner.proxies.get().pk])
    assert url in client.get(reverse("patient_record", args=[patient.pk])).text
    page = client.get(url).text
    said = ("Premier mot de passe, ou première clé d’accès", "Sans réponse de votre part", "C’est vérifié")
    assert [sentence in page for sentence in said] == [True, False, True]
    client.post(url, {"answer": "block", "reason": "n’a rien choisi"})
    owner.refresh_from_db()
    assert (owner.is_active, owner.has_usable_password(), owner.second_proof_at) == (False, False, None)
    assert Authenticator.objects.count() == 0
    assert mine.get(reverse("my_space")).status_code == 302


def test_or_notes_that_it_was_she(owner, secretary):
    choose_password(owner)
    client, url = signed_in(secretary), reverse("waiting_reset", args=[owner.proxies.get().pk])
    client.post(url, {"answer": "confirm", "evidence": "vue au guichet"})
    owner.refresh_from_db()
    assert (owner.second_proof_at, owner.has_usable_password(), client.get(url).status_code) == (
        None,
        True,
        404,
    )


def test_a_day_later_nobody_asks(owner, secretary):
    choose_password(owner)
    User.objects.update(second_proof_at=clock.now() - timedelta(hours=24))
    url = reverse("waiting_reset", args=[owner.proxies.get().pk])
    assert signed_in(secretary).get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_application_in_its_place_is_told_as_well(owner):
    add_application(signed_in(owner))
    assert set(Authenticator.objects.values_list("user", "type")) == {
        (owner.pk, "totp"),
        (owner.pk, "recovery_codes"),
    }
    assert told() == [("account.second_proof", "sms", "+33612345678")]


@pytest.mark.django_db(transaction=True)
def test_what_is_added_to_a_password_is_hers_to_add(owner):
    owner.set_password(PASSWORD)
    owner.save()
    client = signed_in(owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    add_application(client)
    assert Authenticator.objects.filter(user=owner, type="totp").count() == 1
    assert told() == []


def test_on_the_day_of_the_first_visit_nobody_is_woken(owner):
    owner.date_joined = clock.now() - timedelta(hours=2)
    owner.save()
    choose_password(owner)
    assert told() == []


def test_who_has_no_number_hears_of_it_by_e_mail_alone(owner, patient):
    patient.phone = ""
    patient.save()
    choose_password(owner)
    assert told() == []


def add_application(client: Client) -> None:
    """Told when it is committed, while the request goes on: these stories need real transactions."""
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    client.post(reverse("mfa_activate_totp"), {"code": totp_code(client.session[SECRET_SESSION_KEY])})
