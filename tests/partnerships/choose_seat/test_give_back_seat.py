"""A seat is given back, missed or followed by another, and the request is never lost on the way."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, Status
from core import clock
from core.refusal import Refusal
from partnerships.actions.book_request import book_by_telephone, choose_seat
from partnerships.actions.invite_to_choose import invite_to_choose, revoke_invitation
from partnerships.actions.tend_requests import tend_requests
from partnerships.models import ConsultationRequest, InvitationEnd, ReasonKind, RequestState
from partnerships.request_slots import free_seats
from partnerships.waiting_list import places
from tests.cast import on_monday
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of, waiting_request
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.choose_seat.conftest import stands, told

pytestmark = pytest.mark.django_db


def test_given_back_missed_and_noted_by_mistake(programme, session, reason, coordinator):
    """Each ends in a state with a name, the age is kept, and the next one is proposed."""
    request, waiting = waiting_request(programme, days=15), waiting_request(programme, days=2)
    received = request.received_at
    visit = book_by_telephone(request, reason, session.start_at, actor=coordinator)
    cancel(visit, actor=coordinator, by_staff=True)
    assert (stands(request), request.received_at) == ((RequestState.ACCEPTED, None), received)
    assert [place.request for place in places(programme, clock.now())] == [request, waiting]
    assert told(request) == ["request.seat_freed"]

    visit = book_by_telephone(request, reason, session.start_at, actor=coordinator)
    with time_machine.travel(session.start_at + timedelta(minutes=30), tick=False):
        change_state(visit, Step.ABSENT, actor=coordinator)
        assert stands(request) == (RequestState.ACCEPTED, None)
        assert told(request) == ["request.seat_freed", "request.visit_missed"]
        change_state(visit, Step.UNDO, actor=coordinator)
        assert stands(request) == (RequestState.BOOKED, visit.pk)
        for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
            change_state(visit, step, actor=coordinator)
        assert stands(request) == (RequestState.SEEN, visit.pk)
        change_state(visit, Step.UNDO, actor=coordinator)
        assert stands(request) == (RequestState.BOOKED, visit.pk)
    verbs = request.events.order_by("pk").values_list("verb", flat=True)
    story = ["booked", "cancelled", "booked", "missed", "booked", "seen", "unseen"]
    assert list(verbs)[-7:] == story


def test_a_follow_up_is_chosen_without_a_new_request(programme, session, psychiatrist, reason, coordinator):
    request = waiting_request(programme)
    visit = book_by_telephone(request, reason, session.start_at, actor=coordinator)
    with time_machine.travel(session.start_at + timedelta(minutes=10), tick=False):
        for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
            change_state(visit, step, actor=coordinator)
        later = session.start_at + timedelta(days=14)
        session_of(programme, psychiatrist, later, seats=1, actor=coordinator)
        invitation = invite_to_choose(request, actor=coordinator, kind=ReasonKind.FOLLOW_UP)
        seats = free_seats(request, ReasonKind.FOLLOW_UP)
        second = choose_seat(invitation, seats[-1].reason, seats[-1].start_at, actor=coordinator)
    assert second.reason == reason_of(programme, psychiatrist, "follow_up")
    assert stands(request) == (RequestState.SEEN, visit.pk)
    invitation.refresh_from_db()
    assert (invitation.outcome, invitation.appointment) == (InvitationEnd.USED, second)


WAYS = ["invite", "choose", "phone", "revoke", "cancel", "miss", "seen", "undo", "pass", "sweep"]


@settings(max_examples=10)
@given(story=st.lists(st.tuples(st.sampled_from(WAYS), st.integers(0, 2)), min_size=4, max_size=14))
def test_whatever_happens_no_request_is_lost_or_in_two_places(story):
    """Three people, two seats a week: after each step everybody is in exactly one place, and his age is what it was."""
    with transaction.atomic(), time_machine.travel(on_monday(7), tick=False) as traveller:
        coordinator = UserFactory()
        RoleAssignmentFactory(user=coordinator, role="coordinator")
        programme, holder = programme_of(coordinator), PractitionerFactory(kind="visiting")
        for week in range(1, 7):
            start = on_monday(9) + timedelta(weeks=week)
            session_of(programme, holder, start, seats=2, actor=coordinator)
        requests = [waiting_request(programme, days=number) for number in range(3)]
        ages = [one.received_at for one in requests]
        for way, who in story:
            with suppress(Refusal):
                _play(way, requests[who], coordinator, traveller)
            for request, age in zip(requests, ages, strict=True):
                request.refresh_from_db()
                assert request.received_at == age
                _is_in_one_place(request)
        transaction.set_rollback(True)


def _play(way: str, request: ConsultationRequest, actor, traveller) -> None:
    if way == "pass":
        traveller.shift(timedelta(days=2))
    elif way == "sweep":
        tend_requests()
    elif way in ("choose", "phone"):
        _take(way, request, actor)
    elif way in ("invite", "revoke"):
        invitation = request.invitations.first()
        if way == "invite":
            invite_to_choose(request, actor=actor)
        elif invitation:
            revoke_invitation(invitation, actor=actor)
    else:
        _change(way, request, actor, traveller)


def _take(way: str, request: ConsultationRequest, actor) -> None:
    seat, invitation = free_seats(request, by_staff=True)[0], request.invitations.first()
    if way == "phone":
        book_by_telephone(request, seat.reason, seat.start_at, actor=actor)
    elif invitation:
        choose_seat(invitation, seat.reason, seat.start_at, actor=actor)


def _change(way: str, request: ConsultationRequest, actor, traveller) -> None:
    visit = request.appointment
    if way == "undo":
        latest = Appointment.objects.filter(patient=request.patient).order_by("-pk").first()
        if latest:
            change_state(latest, Step.UNDO, actor=actor)
    elif visit and way == "cancel":
        cancel(visit, actor=actor, by_staff=True)
    elif visit and visit.start_at > clock.now():
        traveller.move_to(visit.start_at + timedelta(minutes=1))
        steps = [Step.ABSENT] if way == "miss" else [Step.ARRIVE, Step.BEGIN, Step.FINISH]
        for step in steps:
            change_state(visit, step, actor=actor)


def _is_in_one_place(request: ConsultationRequest) -> None:
    open_links = [one for one in request.invitations.standing() if one.kind == ReasonKind.FIRST]
    ahead = Appointment.objects.filter(patient=request.patient, status__in=[Status.BOOKED, Status.ARRIVED])
    expected = {
        RequestState.ACCEPTED: (0, 0, False),
        RequestState.INVITED: (1, 0, False),
        RequestState.BOOKED: (0, 1, True),
        RequestState.SEEN: (0, 0, True),
    }[RequestState(request.state)]
    in_progress = Appointment.objects.filter(patient=request.patient, status=Status.IN_PROGRESS).count()
    assert (len(open_links), ahead.count() + in_progress, request.appointment_id is not None) == expected


def test_a_follow_up_is_offered_from_the_page_of_the_request(
    programme, session, psychiatrist, reason, coordinator, bureau
):
    request = waiting_request(programme)
    ask = reverse("invite_follow_up", args=[request.pk])
    assert "à l’état" in bureau.post(ask, follow=True).content.decode()
    visit = book_by_telephone(request, reason, session.start_at, actor=coordinator)
    for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
        with time_machine.travel(visit.start_at, tick=False):
            change_state(visit, step, actor=coordinator)
    page = reverse("consultation_request", args=[request.pk])
    assert ask in bureau.get(page).content.decode()
    assert "invitée à choisir son rendez-vous de suivi" in bureau.post(ask, follow=True).content.decode()
    [invitation] = request.invitations.standing()
    assert invitation.kind == "follow_up"
    body = bureau.get(page).content.decode()
    assert (ask in body, reverse("revoke_request_invitation", args=[invitation.pk]) in body) == (False, True)
