import uuid

import pytest
from django.test import Client

from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.outbox.signals import address_refused
from patients.models import NoticePreference, Patient
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def preference() -> NoticePreference:
    return NoticePreference.objects.create(user=UserFactory(), hours_before=True)


def switches(preference: NoticePreference) -> tuple[bool, bool, bool]:
    preference.refresh_from_db()
    return preference.week_before, preference.days_before, preference.hours_before


def test_looking_changes_nothing_and_the_button_does(client, preference):
    address = f"/desabonnement/{preference.unsubscribe_key}/"
    page = client.get(address)
    assert (page.status_code, switches(preference)) == (200, (True, True, True))
    assert preference.user.email not in page.content.decode()
    after = client.post(address, {"stop": "1"}, follow=True)
    assert switches(preference) == (False, False, False)
    assert "Vous ne recevez plus de rappels" in after.content.decode()
    client.post(address, {"stop": "1"})
    client.post(address, {"resume": "1"})
    assert switches(preference) == (True, True, False)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor")) == [
        ("reminders.stopped", preference.user_id),
        ("reminders.resumed", preference.user_id),
    ]


def test_one_click_of_a_mail_programme_is_enough(preference):
    programme = Client(enforce_csrf_checks=True)
    answer = programme.post(
        f"/desabonnement/{preference.unsubscribe_key}/", {"List-Unsubscribe": "One-Click"}
    )
    assert (answer.status_code, switches(preference)) == (200, (False, False, False))


def test_an_unknown_key_is_nobodys(client):
    assert client.get(f"/desabonnement/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"/desabonnement/{uuid.uuid4()}/").status_code == 404


def test_a_refused_address_is_flagged_on_every_patient_reached_there():
    own = PatientFactory(email="Perdue@example.org")
    holder = PatientFactory()
    ProxyFactory(user=UserFactory(email="perdue@example.org"), patient=holder)
    child = PatientFactory()
    ProxyFactory(user=holder.proxies.get().user, patient=child, relation="child")
    PatientFactory(email="autre@example.org")
    for _ in range(2):
        address_refused.send(sender=OutboxMessage, channel="email", address="perdue@example.org")
    flagged = Patient.objects.filter(email_bounced_at__isnull=False).order_by("pk")
    assert [patient.pk for patient in flagged] == [own.pk, holder.pk]
    events = AuditEvent.objects.filter(action="patient.address_refused").order_by("patient_id")
    assert [event.patient_id for event in events] == [own.pk, holder.pk]


def test_a_refused_number_is_flagged():
    patient = PatientFactory(phone="+33612345678")
    address_refused.send(sender=OutboxMessage, channel="sms", address="+33612345678")
    patient.refresh_from_db()
    assert (patient.phone_failed_at is not None, patient.email_bounced_at) == (True, None)
