"""What leaves the house about seats and letters: when, until when, a link. Neither whom it is about, nor for what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.models import Status
from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage
from partnerships import notifications_invitations as seats
from partnerships import notifications_letter_links as by_link
from partnerships import notifications_letters as letters
from partnerships.models import LetterDelivery, RequestInvitation, RequestState, ReturnLetter
from tests.cast import on_monday
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of, waiting_request
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

OURS = ("request.invit", "request.visit_missed", "request.seat_freed", "return_letter.")


def text_of(message: OutboxMessage) -> str:
    kind = registry.find(message.kind)
    assert kind is not None
    rendered = kind.render([message], kind.load([message]))
    return f"{rendered.subject} {rendered.text} {rendered.html}".casefold()


def test_messages_about_seats_and_letters_name_nothing(coordinator, owner):
    programme = programme_of(coordinator, name="Psychiatrie de l’adulte")
    holder = PractitionerFactory(kind="visiting", last_name="Fournier", user=coordinator)
    patient = PatientFactory(birth_name="Vandenbroucke", email="malade@example.org", phone="+33612345678")
    ProxyFactory(user=owner.user, patient=patient, relation="child")
    session = session_of(programme, holder, on_monday(9), seats=2, actor=coordinator)
    request = waiting_request(programme, patient=patient)
    waiting_request(programme)
    visit = AppointmentFactory(
        reason=reason_of(programme, holder), patient=patient, start_at=session.start_at, status=Status.BOOKED
    )
    now = clock.now()
    invitation = RequestInvitation.objects.create(
        request=request, remind_at=now + timedelta(days=3), expires_at=now + timedelta(days=7)
    )
    seen = ConsultationRequestFactory(
        programme=programme, patient=owner.patient, state=RequestState.SEEN, appointment=visit
    )
    letter = ReturnLetter(
        request=seen, author=holder, written_by=coordinator, means="written", conclusion="Anxiété."
    )
    letter.save()
    seats.invited(invitation)
    seats.invitation_reminder(invitation)
    seats.invitation_expired(invitation)
    seats.visit_missed(request, visit)
    seats.seat_freed(request, visit)
    letters.letter_awaited(seen, "t1", again=True)
    letters.letter_overdue(seen, seen.timers.first())
    letters.letter_refused(letter)
    letters.letter_shared(letter)
    by_link.letter_by_link(
        LetterDelivery.objects.create(
            letter=letter,
            name="Dr Martin",
            email="martin@cabinet.example",
            expires_at=now + timedelta(days=30),
        )
    )

    sent = [one for one in OutboxMessage.objects.order_by("pk") if one.kind.startswith(OURS)]

    assert {one.kind for one in sent} == {
        kind.name for kind in registry.all_kinds() if kind.name.startswith(OURS)
    }
    secrets = ("psychiatr", "anxi", "epsm", "vandenbroucke", "fournier", "lefebvre", "priorité")
    told = {one.kind: [word for word in secrets if word in text_of(one)] for one in sent}
    assert told == {kind: [] for kind in told}
