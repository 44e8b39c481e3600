"""What a supervisor's absence does to the patients of his trainee, and what they are told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from appointments import notifications
from appointments.cascade import propose
from appointments.models.cascade import Step
from appointments.supervision import answering_for
from core.outbox.delivery import deliver
from core.outbox.models import Channel, OutboxMessage
from patients.models import NoticePreference
from practitioners.house import the_house
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory

pytestmark = pytest.mark.django_db


def test_the_patients_of_an_absent_supervisor_are_not_sent_to_his_trainee(
    stay, trainee, supervisor, doctor, owner
):
    tomorrow = on_monday(8) + timedelta(days=1)
    OpeningFactory(practitioner=trainee.practitioner, start_at=tomorrow)
    visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=tomorrow)
    given = propose([visit], [Step.OTHER], within_days=7, now=SUNDAY_NOON)
    assert [(one.step, one.slot) for one in given] == [(Step.CALL, None)]
    stay.supervisors.clear()
    (given,) = propose([visit], [Step.OTHER], within_days=7, now=SUNDAY_NOON)
    assert (given.step, given.slot.reason) == (Step.OTHER, trainee.reason)


class TestThePatientIsTold:
    SENTENCE = "Vous serez reçu par Dr Claire Behague, interne, sous la responsabilité de Dr Claire Vandamme."

    def test_before_he_confirms_and_may_prefer_the_supervisor(self, stay, trainee, supervisor, owner):
        slot = f"{trainee.reason.pk}.{int(on_monday(9).timestamp())}"
        page = owner.client.post(reverse("hold_slot"), {"slot": slot}, follow=True).content.decode()
        assert self.SENTENCE in page
        held = trainee.practitioner.appointments.get()
        back = f"{reverse('find')}?motif={trainee.reason.category.slug}&praticien={supervisor.slug}"
        assert back.replace("&", "&amp;") in page
        answer = owner.client.post(reverse("release_hold", args=[held.reference]), {"retour": back})
        assert (answer["Location"], owner.client.get(back).status_code) == (back, 200)
        held.refresh_from_db()
        assert held.status == "lapsed"

    def test_in_the_message_and_on_the_page(self, stay, trainee, owner):
        visit = AppointmentFactory(
            reason=trainee.reason, patient=owner.patient, start_at=on_monday(9), booked_by=owner.user
        )
        with transaction.atomic():
            notifications.booked(visit)
        assert deliver(Channel.EMAIL)
        letter = mail.outbox[0].body
        assert "avec Dr Claire Behague\n(interne, sous la responsabilité de Dr Claire Vandamme)" in letter
        assert (
            self.SENTENCE in owner.client.get(reverse("appointment", args=[visit.reference])).content.decode()
        )

    def test_in_the_sms(self, stay, trainee, owner):
        NoticePreference.objects.create(user=owner.user, by_sms=True, by_email=False)
        owner.user.phone = "+33612345678"
        owner.user.save()
        visit = AppointmentFactory(
            reason=trainee.reason, patient=owner.patient, start_at=on_monday(9), booked_by=owner.user
        )
        with transaction.atomic():
            notifications.booked(visit)
        deliver(Channel.SMS)
        said = OutboxMessage.objects.get(kind=notifications.BOOKED).sent_body
        assert "avec Dr Claire Behague (interne, avec Dr Claire Vandamme)." in said

    def test_at_the_desk(self, stay, trainee, owner):
        visit = AppointmentFactory(reason=trainee.reason, patient=owner.patient, start_at=on_monday(9))
        secretary = sign_in(RoleAssignmentFactory().user)
        page = reverse("booked_for_patient", args=[owner.patient.pk, visit.reference])
        assert self.SENTENCE in secretary.get(page).content.decode()

    def test_of_everybody_else_nothing_is_said(self, doctor, owner, booked, django_assert_num_queries):
        the_house()  # who is in training here is read once a minute
        with django_assert_num_queries(0):
            assert answering_for([booked]) == {}
        page = owner.client.get(reverse("appointment", args=[booked.reference])).content.decode()
        assert "responsabilité" not in page
