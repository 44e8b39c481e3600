"""An offer of the waiting list: its message, its link, yes, no, and never again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from appointments.models import Appointment, SlotOffer, Status, WaitingRequest
from core.audit.models import AuditEvent
from core.outbox import registry
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage
from tests.factories.appointments import AppointmentFactory

pytestmark = pytest.mark.django_db


# The link ------------------------------------------------------------------------------------------------------------


def test_looking_at_an_offer_changes_nothing_and_says_little(offer, visitor, doctor):
    for _ in range(2):
        page = visitor.get(reverse("offer", args=[offer.token]))
    assert (page.status_code, "Jeanne" in page.text, "Lefebvre" in page.text) == (200, True, False)
    assert doctor.reason.name not in page.text
    offer.refresh_from_db()
    assert (offer.state, AuditEvent.objects.filter(action="offer.accepted").count()) == ("sent", 0)


def test_who_is_signed_in_for_the_patient_reads_all(offer, owner):
    page = owner.client.get(reverse("offer", args=[offer.token]))
    assert "Jeanne Lefebvre" in page.text


def test_yes_from_the_link_alone(offer, visitor):
    page = visitor.post(reverse("accept_offer", args=[offer.token]), follow=True)
    visit = Appointment.objects.get(status=Status.BOOKED)
    assert f'data-testid="appointment-reference">{visit.reference}<' in page.text
    assert (visit.patient_id, visit.booked_by) == (offer.patient_id, None)
    again = visitor.post(reverse("accept_offer", args=[offer.token]), follow=True)
    assert again.status_code == 200
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1


def test_no_from_the_link_then_yes_is_too_late(offer, visitor):
    page = visitor.post(reverse("decline_offer", args=[offer.token]), follow=True)
    assert "Vous restez sur la liste d’attente" in page.text
    late = visitor.post(reverse("accept_offer", args=[offer.token]))
    assert late.status_code == 409
    assert 'role="alert"' in late.text


def test_leaving_from_the_link(offer, visitor):
    page = visitor.post(reverse("leave_waiting", args=[offer.token]), follow=True)
    assert page.status_code == 200
    assert WaitingRequest.objects.get().state == "withdrawn"


def test_a_busy_patient_reads_why_and_keeps_the_offer(offer, owner, teammate, visitor):
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=offer.start_at)
    page = visitor.post(reverse("accept_offer", args=[offer.token]))
    assert (page.status_code, "déjà un rendez-vous à cette heure" in page.text) == (409, True)
    offer.refresh_from_db()
    assert offer.state == "sent"


@pytest.mark.parametrize("token", ["x", "a" * 32, "é" * 39, "%00", "<script>"])
def test_a_wrong_key_is_missing(visitor, db, token):
    for name in ("offer", "accept_offer", "decline_offer", "leave_waiting"):
        assert visitor.post(reverse(name, args=[token])).status_code in (404, 405)
    assert visitor.get(reverse("offer", args=[token])).status_code == 404


def test_before_it_leaves_an_offer_is_nobodys(offer, visitor):
    SlotOffer.objects.update(sent_at=offer.sent_at + timedelta(minutes=1))
    assert visitor.get(reverse("offer", args=[offer.token])).status_code == 404


# The message -------------------------------------------------------------------------------------------------------


def test_the_offer_in_full(offer, owner, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    deliver()
    (sent,) = mail.outbox
    assert sent.subject.replace("\u00a0", " ") == "Un rendez-vous se libère : lundi 23 novembre à 8 h"
    assert sent.body.replace("\u00a0", " ") == (
        "Bonjour,\n\n"
        "Vous attendez un rendez-vous. En voici un, gardé pour vous jusqu’au dimanche 22 novembre à 12 h 30.\n\n"
        "Lundi 23 novembre 2026 à 8 h\n"
        "avec Dr Claire Vandamme\n"
        "4 rue des Tilleuls, 62840 Laventie\n\n"
        "Répondre, ou quitter la liste d’attente :\n"
        f"https://portail.example.org/place/{offer.token}/\n\n"
        "--\n"
        "Maison de santé des Tilleuls\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
    )


def test_the_last_offer_says_that_it_is_the_last(offer, owner):
    WaitingRequest.objects.update(notices=3)
    deliver()
    assert "votre demande est en pause" in mail.outbox[0].body


def test_an_answered_offer_is_not_sent_any_more(offer, owner):
    OutboxMessage.objects.update(state="due")
    SlotOffer.objects.update(state="declined", answered_at=offer.sent_at)
    deliver()
    assert (mail.outbox, OutboxMessage.objects.get().state) == ([], "stale")


def test_an_offer_by_sms(offer, owner):
    message = OutboxMessage.objects.get()
    message.channel = "sms"
    kind = registry.find(message.kind)
    text = kind.render([message], kind.load([message])).text
    assert text.startswith(
        "Maison de santé des Tilleuls : un rendez-vous se libère lundi 23 novembre à 8 h"
        " avec Dr Claire Vandamme. Répondez avant 12 h 30 : http"
    )
