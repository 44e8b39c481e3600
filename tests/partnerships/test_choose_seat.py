"""Invited, chosen on a telephone, given back, missed: one way in, and the request never lost on the way."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
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
from partnerships.models import (
    ConsultationRequest,
    InvitationEnd,
    ReasonKind,
    RequestInvitation,
    RequestState,
)
from partnerships.request_slots import free_seats
from partnerships.waiting_list import places
from tests.appointments.test_races import deadlocks, race
from tests.cast import on_monday
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of, waiting_request
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def psychiatrist(db, sunday):
    return PractitionerFactory(kind="visiting", last_name="Fournier")


@pytest.fixture
def programme(coordinator):
    return programme_of(coordinator)


@pytest.fixture
def session(programme, psychiatrist, coordinator):
    """Monday of next week, at 9: two seats."""
    start = on_monday(9) + timedelta(days=7)
    return session_of(programme, psychiatrist, start, seats=2, actor=coordinator)


@pytest.fixture
def reason(programme, psychiatrist, session):
    return reason_of(programme, psychiatrist)


def stands(request: ConsultationRequest) -> tuple[str, int | None]:
    request.refresh_from_db()
    return request.state, request.appointment_id


def told(request: ConsultationRequest) -> list[str]:
    keys = [request.pk, *request.invitations.values_list("pk", flat=True)]
    rows = OutboxMessage.objects.filter(kind__startswith="request.invit", subject_id__in=keys)
    rows |= OutboxMessage.objects.filter(kind__startswith="request.", subject_id=request.pk)
    return sorted(rows.values_list("kind", flat=True).distinct())


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
