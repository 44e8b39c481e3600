"""Invited by a link or on the telephone, a seat is chosen: by one person, in time, the last one once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from appointments.actions.hold import SlotTaken
from appointments.models import Appointment, Status
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from partnerships.actions.book_request import InvitationOver, book_by_telephone, choose_seat
from partnerships.actions.invite_to_choose import (
    AlreadyInvited,
    NothingFree,
    invite_to_choose,
    revoke_invitation,
)
from partnerships.actions.request_step import move_on
from partnerships.actions.tend_requests import tend_requests
from partnerships.invitation_links import get_invitation, invitation_token
from partnerships.models import ConsultationRequest, InvitationEnd, RequestInvitation, RequestState
from partnerships.request_slots import free_seats
from partnerships.waiting_list import places
from tests.appointments.test_races import deadlocks, race
from tests.cast import on_monday
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of, waiting_request
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.choose_seat.conftest import stands, told

pytestmark = pytest.mark.django_db


def test_a_patient_without_account_chooses_on_the_page_of_the_link(
    programme, session, reason, coordinator, visitor, outsider
):
    request = waiting_request(programme, days=12)
    other = programme_of(coordinator)
    session_of(other, PractitionerFactory(kind="visiting"), on_monday(9), seats=3, actor=coordinator)
    invitation = invite_to_choose(request, actor=coordinator)
    assert stands(request) == (RequestState.INVITED, None)
    address = reverse("choose_seat", args=[invitation_token(invitation)])

    page = visitor.get(address)
    seats = free_seats(request)
    assert [slot.start_at for slot in seats] == [session.start_at, session.start_at + timedelta(minutes=40)]
    assert all(slot.value in page.text for slot in seats)
    # Who only has the link reads neither the family name nor what it is for, nor how many wait.
    for word in (request.patient.display_name, programme.name, reason.name, "priorité", "sur 1"):
        assert word not in page.text
    assert visitor.post(address, {"slot": "1.5"}).status_code == 409

    chosen = visitor.post(address, {"slot": seats[1].value}, follow=True)

    visit = Appointment.objects.get(patient=request.patient)
    assert (visit.start_at, visit.reason, visit.status, visit.booked_by) == (
        seats[1].start_at,
        reason,
        Status.BOOKED,
        None,
    )
    assert visit.reference in chosen.text
    assert stands(request) == (RequestState.BOOKED, visit.pk)
    invitation.refresh_from_db()
    assert (invitation.outcome, invitation.appointment) == (InvitationEnd.USED, visit)
    again = visitor.post(address, {"slot": seats[1].value}, follow=True)
    assert (visit.reference in again.text, Appointment.objects.filter(status=Status.BOOKED).count()) == (
        True,
        1,
    )
    assert visitor.post(address, {"slot": seats[0].value}).status_code == 409
    assert visitor.get(reverse("choose_seat", args=["forged"])).status_code == 404


def test_the_link_is_bound_to_this_person(programme, session, coordinator, visitor):
    request = waiting_request(programme)
    token = invitation_token(invite_to_choose(request, actor=coordinator))
    assert get_invitation(token).request == request
    ConsultationRequest.objects.filter(pk=request.pk).update(patient=PatientFactory())
    assert visitor.get(reverse("choose_seat", args=[token])).status_code == 404


def test_revoked_expired_and_withdrawn_links_open_nothing(programme, session, reason, coordinator, visitor):
    revoked, late, gone = (waiting_request(programme, days=days) for days in (9, 6, 3))
    invitations = [invite_to_choose(one, actor=coordinator) for one in (revoked, late, gone)]
    with pytest.raises(AlreadyInvited):
        invite_to_choose(late, actor=coordinator)
    revoke_invitation(invitations[0], actor=coordinator)
    revoke_invitation(invitations[0], actor=coordinator)
    request = invitations[2].request
    request.refresh_from_db()
    with transaction.atomic():
        move_on(request, RequestState.WITHDRAWN, by=coordinator, verb="withdrawn")
    for invitation in (invitations[0], invitations[2]):
        with pytest.raises(InvitationOver):
            choose_seat(invitation, reason, session.start_at, actor=coordinator)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1), tick=False):
        address = reverse("choose_seat", args=[invitation_token(invitations[1])])
        assert "Sa date est passée" in visitor.get(address).text
        with pytest.raises(InvitationOver):
            choose_seat(invitations[1], reason, session.start_at, actor=coordinator)
        tend_requests()
    assert [place.request for place in places(programme, clock.now())] == [revoked, late]
    outcomes = RequestInvitation.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [InvitationEnd.REVOKED, InvitationEnd.EXPIRED, InvitationEnd.REVOKED]


def test_reminded_once_then_back_on_the_list_and_who_triages_is_told_once(programme, session, coordinator):
    """The clock is asked every three hours for ten days, twice each time."""
    request = waiting_request(programme, days=20)
    received, sent = request.received_at, clock.now()
    invite_to_choose(request, actor=coordinator)
    steps = []
    for hours in range(0, 240, 3):
        with time_machine.travel(sent + timedelta(hours=hours), tick=False):
            steps.append(tend_requests() + tend_requests())
    assert [number * 3 for number, taken in enumerate(steps) if taken] == [84, 168]
    assert told(request) == ["request.invite_expired", "request.invite_reminder", "request.invited"]
    assert OutboxMessage.objects.filter(kind__startswith="request.").count() == 3
    assert stands(request) == (RequestState.ACCEPTED, None)
    assert request.received_at == received


def test_booked_on_the_telephone_by_the_desk(programme, session, reason, coordinator, secretary):
    request = waiting_request(programme, patient=PatientFactory(email="", phone=""))
    invited = waiting_request(programme)
    invite_to_choose(invited, actor=coordinator)
    other = reason_of(programme_of(coordinator), PractitionerFactory(kind="visiting"))
    with pytest.raises(SlotTaken):
        book_by_telephone(request, other, session.start_at, actor=coordinator)
    for one, seat in ((request, session.start_at), (invited, session.start_at + timedelta(minutes=40))):
        page = secretary.get(reverse("book_request", args=[one.pk]))
        value = f"{reason.pk}.{int(seat.timestamp())}"
        assert value in page.text
        done = secretary.post(reverse("book_request", args=[one.pk]), {"slot": value})
        assert done.status_code == 302
    assert [stands(one)[0] for one in (request, invited)] == [RequestState.BOOKED] * 2
    assert invited.invitations.get().outcome == InvitationEnd.USED
    with pytest.raises(AlreadyMovedOn):
        book_by_telephone(request, reason, session.start_at, actor=coordinator)
    third = waiting_request(programme)
    with pytest.raises(NothingFree):
        invite_to_choose(third, actor=coordinator)
    assert secretary.post(reverse("book_request", args=[third.pk]), {"slot": value}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_eight_choose_the_last_seat(programme, psychiatrist, coordinator):
    start = on_monday(9) + timedelta(days=7)
    session_of(programme, psychiatrist, start, seats=1, actor=coordinator)
    reason = reason_of(programme, psychiatrist)
    requests = [waiting_request(programme, email=f"p{number}@example.org") for number in range(8)]
    invitations = [invite_to_choose(one, actor=coordinator) for one in requests]

    def choose(number: int) -> str:
        try:
            choose_seat(invitations[number], reason, start, actor=coordinator)
        except Refusal as refusal:
            return str(refusal.sentence)
        return "booked"

    before = deadlocks()
    said = race([partial(choose, number) for number in range(8)])
    assert said.count("booked") == 1
    assert said.count(str(SlotTaken().sentence)) == 7
    assert deadlocks() == before
    states = [one.state for one in ConsultationRequest.objects.order_by("pk")]
    assert (states.count(RequestState.BOOKED), states.count(RequestState.INVITED)) == (1, 7)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
