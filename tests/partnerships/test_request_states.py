"""What may follow what, who has it and until when: the table in Python, and the database that holds it."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from coordination.actions.story_step import AlreadyMovedOn
from partnerships.actions.request_step import move_on
from partnerships.models import (
    ENDED,
    ConsultationRequest,
    RequestEvent,
    RequestOrigin,
    RequestState,
    RequestTimerStep,
)
from partnerships.request_states import BEGINNINGS, FOLLOWS
from tests.constraints import refused_by_database
from tests.factories.partnerships_request import ConsultationRequestFactory

pytestmark = pytest.mark.django_db


def test_the_database_holds_the_same_table_as_python():
    """The pairs of the trigger, read from the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'request_step'")
        source = cursor.fetchone()[0]
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", source))
    beginnings = set(re.search(r"NOT IN \(([^)]*)\)", source)[1].replace("'", "").split(", "))
    assert pairs == {(str(before), str(after)) for before, afters in FOLLOWS.items() for after in afters}
    assert beginnings == {str(state) for state in BEGINNINGS}
    assert set(FOLLOWS) == set(RequestState)
    assert {state for state, afters in FOLLOWS.items() if not afters} == set(ENDED)


def test_a_step_out_of_turn_is_refused_twice():
    request = ConsultationRequestFactory(state=RequestState.RECEIVED)
    with pytest.raises(AlreadyMovedOn):
        move_on(request, RequestState.BOOKED, by=None, verb="booked")
    rows = ConsultationRequest.objects.filter(pk=request.pk)
    assert refused_by_database(lambda: rows.update(state="booked")) == "request_step_allowed"
    assert refused_by_database(lambda: rows.update(owner=None)) == "request_open_has_an_owner"
    assert refused_by_database(lambda: rows.update(state="accepted")) == "request_accepted_is_somebody_s"
    assert refused_by_database(lambda: rows.update(consent_on=None)) == "request_sent_with_consent"
    assert refused_by_database(lambda: request.timers.update(stopped_at=request.created_at)) == (
        "request_has_a_clock"
    )
    assert refused_by_database(lambda: request.events.update(verb="x")) == "request_event_is_written_once"


def test_no_open_request_without_an_owner_and_a_clock():
    """Along every way to every state: somebody has it and a clock runs, or it has ended and none does."""
    walkable = [one for one in RequestState if one not in (RequestState.BOOKED, RequestState.SEEN)]
    for state in walkable:
        late = {"redirected_to": ConsultationRequestFactory()} if state == RequestState.REDIRECTED else {}
        request = ConsultationRequestFactory(state=state, **late)
        request.refresh_from_db()
        running = set(request.timers.running().values_list("step", flat=True))
        if state in ENDED:
            assert (request.owner, running) == (None, set()), state
        else:
            assert request.owner is not None, state
            assert {RequestTimerStep.OWNER, RequestTimerStep.COORDINATION} <= running, state
    connection.check_constraints()


def test_the_story_says_who_and_when_and_the_clocks_of_before_stop():
    request = ConsultationRequestFactory(state=RequestState.ACCEPTED, origin=RequestOrigin.SELF)
    assert [(one.from_state, one.to_state) for one in RequestEvent.objects.filter(request=request)] == [
        ("", "draft"),
        ("draft", "received"),
        ("received", "accepted"),
    ]
    assert (request.priority, request.owner) == (3, request.programme.triage_by)
    assert set(request.timers.running().values_list("event__to_state", flat=True)) == {"accepted"}
