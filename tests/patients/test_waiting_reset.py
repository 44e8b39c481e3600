"""A password out of the mailbox: its owner hears of it by SMS, the desk says whether it was hers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.signals import mailbox_reset
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from patients.actions.update_identity import update_identity
from patients.models.proxy import Relation
from tests.factories.patients import ProxyFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubtful(owner, patient):
    """The line of the owner, whose password was set anew an hour ago."""
    owner.password_reset_at = clock.now() - timedelta(hours=1)
    owner.save()
    return owner.proxies.get()


def test_the_number_of_the_record_is_told_once(owner, doubtful):
    for _twice in range(2):
        mailbox_reset.send(sender=type(owner), user=owner)
    message = OutboxMessage.objects.get()
    assert (message.kind, message.channel, message.address, message.recipient) == (
        "account.password_reset",
        "sms",
        "+33612345678",
        owner,
    )
    text = find(message.kind).render([message], {}).text
    assert text.endswith(
        "le mot de passe de votre compte a changé, depuis votre messagerie."
        " Ce n'est pas vous ? Appelez le 03 21 00 00 00."
    )
    assert len(text) <= 160


def test_who_has_no_number_is_told_by_e_mail_alone(owner, patient, doubtful):
    patient.phone = ""
    patient.save()
    mailbox_reset.send(sender=type(owner), user=owner)
    assert OutboxMessage.objects.count() == 0


def test_the_desk_finds_it_on_the_record_and_opens(owner, patient, doubtful, secretary):
    client = signed_in(secretary)
    url = reverse("waiting_reset", args=[doubtful.pk])
    assert url in client.get(reverse("patient_record", args=[patient.pk])).text
    page = client.get(url).text
    assert ("06 12 34 56 78" in page.replace("\u00a0", " "), owner.email in page) == (True, True)
    empty = client.post(url, {"answer": "confirm", "evidence": " "})
    assert (empty.status_code, "Écrivez comment vous avez vérifié son identité." in empty.text) == (422, True)
    answer = client.post(
        url, {"answer": "confirm", "evidence": "rappelée au numéro de la fiche"}, follow=True
    )
    assert answer.redirect_chain == [(reverse("patient_record", args=[patient.pk]), 302)]
    assert "c’est bien la personne qui l’a choisi" in answer.text
    owner.refresh_from_db()
    assert (owner.password_reset_at, url in answer.text, client.get(url).status_code) == (None, False, 404)
    line = AuditEvent.objects.get(action="account.reset_confirmed")
    assert (line.actor_id, line.patient_id, line.reason) == (
        secretary.pk,
        patient.pk,
        "rappelée au numéro de la fiche",
    )


def test_the_desk_blocks_and_is_led_to_the_address(owner, patient, doubtful, secretary):
    client = signed_in(secretary)
    url = reverse("waiting_reset", args=[doubtful.pk])
    assert client.post(url, {"answer": "block", "reason": ""}).status_code == 422
    answer = client.post(url, {"answer": "block", "reason": "n’a rien demandé"}, follow=True)
    assert answer.redirect_chain == [(reverse("edit_contact", args=[patient.pk]), 302)]
    owner.refresh_from_db()
    assert (owner.is_active, owner.has_usable_password()) == (False, False)
    assert "accès bloqué" in client.get(reverse("patient_record", args=[patient.pk])).text
    line = AuditEvent.objects.get(action="account.blocked")
    assert (line.actor_id, line.patient_id, line.reason) == (secretary.pk, patient.pk, "n’a rien demandé")


def test_a_number_that_came_with_the_password_is_not_called_back(owner, patient, doubtful, secretary):
    """Whoever reads the mailbox could put his own in its place: the old one hears of it, the desk is warned."""
    mine, url = signed_in(owner), reverse("waiting_reset", args=[doubtful.pk])
    assert "ne le rappelez pas" not in signed_in(secretary).get(url).text
    update_identity(patient, {"phone": "+33698765432"}, actor=owner)
    message = OutboxMessage.objects.get()
    assert (message.kind, message.channel, message.address) == (
        "account.phone_changed",
        "sms",
        "+33612345678",
    )
    text = find(message.kind).render([message], {}).text
    assert text.endswith(
        "le numéro de votre fiche a changé en ligne. Ce n'est pas vous ? Appelez le 03 21 00 00 00."
    )
    page = signed_in(secretary).get(url).text
    assert ("ne le rappelez pas, voyez la personne au guichet" in page, mine.get(url).status_code) == (
        True,
        404,
    )


def test_a_number_that_the_desk_wrote_is_called_back(owner, patient, doubtful, secretary):
    update_identity(patient, {"phone": "+33698765432"}, actor=secretary)
    page = signed_in(secretary).get(reverse("waiting_reset", args=[doubtful.pk])).text
    assert ("ne le rappelez pas" in page, OutboxMessage.objects.count()) == (False, 0)


def test_a_first_number_replaces_none(owner, patient):
    patient.phone = ""
    patient.save()
    update_identity(patient, {"phone": "+33698765432"}, actor=owner)
    assert OutboxMessage.objects.count() == 0


def test_a_relatives_account_is_asked_about_too(outsider, patient, doubtful, secretary):
    outsider.password_reset_at = clock.now()
    outsider.save()
    line = ProxyFactory(user=outsider, patient=patient, relation=Relation.CHILD)
    page = signed_in(secretary).get(reverse("waiting_reset", args=[line.pk])).text
    assert ("pas de numéro connu" in page, "06 12 34 56 78" in page) == (True, False)


def test_nobody_else_and_nothing_else(owner, patient, doubtful, outsider, practitioner_user, secretary):
    url = reverse("waiting_reset", args=[doubtful.pk])
    answers = [signed_in(user).get(url).status_code for user in (owner, outsider, practitioner_user)]
    assert answers == [404, 404, 404]
    owner.password_reset_at = clock.now() - timedelta(hours=24)
    owner.save()
    assert signed_in(secretary).get(url).status_code == 404
