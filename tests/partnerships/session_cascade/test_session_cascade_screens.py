"""The screen of a cancelled session, from the cancellation to the last patient."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment, Disruption, SlotOffer
from core import clock
from core.outbox.models import OutboxMessage, State
from partnerships.actions.carry_on import carry_on_all
from partnerships.actions.session_cascade import approve
from partnerships.links import answer_link
from partnerships.models import RequestState
from partnerships.session_cascade import progress_of
from tests.factories.partnerships_session_cascade import expected, request_of, session
from tests.partnerships.session_cascade.conftest import THURSDAY, WEEK

pytestmark = pytest.mark.django_db


def address(name: str, lost, visit=None) -> str:
    return reverse(name, args=[lost.pk, visit.reference] if visit else [lost.pk])


def fates(lost) -> list[str]:
    return [str(one.fate) for one in progress_of(lost.cancellation.cascade, clock.now()).patients]


def test_from_the_cancellation_to_the_undo(lost, psychiatry, doctor, bureau, coordinator):
    first, second = (expected(lost, number, priority=number + 1) for number in range(2))
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=1)
    assert bureau.get(address("session_cascade", lost)).status_code == 404
    cancelled = bureau.post(
        reverse("cancel_consultation_session", args=[lost.pk]), {"reason": "Grève"}, follow=True
    )
    page = cancelled.text
    assert cancelled.request["PATH_INFO"] == address("session_cascade", lost)
    assert "Reste à faire\u00a0: 2" in page
    assert "2 propositions sont prêtes" in page
    assert page.index("Patient0") < page.index("Patient1")
    assert "2 patients à replacer" in bureau.get(reverse("coordination")).text
    assert address("session_cascade", lost) in bureau.get(reverse("session_cascades")).text
    # The one who has nothing is proposed the seat of the other, who is called.
    assert bureau.get(address("edit_session_cascade_line", lost, second)).context["same"] == []
    url = address("edit_session_cascade_line", lost, first)
    assert bureau.get(url).context["same"][0].start_at == THURSDAY + WEEK
    assert bureau.post(url, {"slot": "x"}).status_code == 409
    assert bureau.post(url, {"slot": "call"}).status_code == 302
    url = address("edit_session_cascade_line", lost, second)
    seat = bureau.get(url).context["same"][0]
    assert bureau.post(url, {"slot": seat.value}).status_code == 302
    assert "L’équipe l’appelle." in bureau.get(address("session_cascade", lost)).text
    sent = bureau.post(address("approve_session_cascade", lost), follow=True).text
    assert "2 patients seront prévenus." in sent
    assert 'data-testid="undo"' in sent
    assert bureau.post(address("approve_session_cascade", lost)).status_code == 409
    # Nobody changes what is on its way.
    assert bureau.get(url).status_code == 404
    undone = bureau.post(address("undo_session_cascade", lost), follow=True).text
    assert "rien n’est parti" in undone
    assert fates(lost) == ["planned", "planned"]
    assert bureau.post(address("plan_session_cascade", lost), follow=True).status_code == 200
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_the_partner_says_no_by_his_link(lost, visitor, coordinator):
    expected(lost, 0, priority=1)
    link = answer_link(lost)
    page = visitor.post(link, {"answer": "no", "name": "Nadine Obin", "reason": "Médecin malade"})
    assert page.status_code == 200
    assert fates(lost) == ["planned"]
    told = OutboxMessage.objects.get()
    assert (told.kind, told.recipient) == ("session.cancelled", coordinator)


def test_on_the_telephone_what_is_said_is_done(lost, psychiatry, doctor, bureau, coordinator, time_machine):
    sits, takes, waits, stops = (
        expected(lost, number, priority=number + 1, waiting_days=9) for number in range(4)
    )
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=2)
    bureau.post(reverse("cancel_consultation_session", args=[lost.pk]), {"reason": "Grève"})
    bureau.post(address("approve_session_cascade", lost))
    assert fates(lost) == ["offered", "offered", "leaving", "leaving"]
    url = address("call_session_patient", lost, takes)
    assert bureau.post(url, {"slot": "accept"}).status_code == 302
    # Somebody gives his seat up: the place is for who is on the telephone.
    SlotOffer.objects.filter(replaces=sits).update(state="declined", answered_at=clock.now())
    Appointment.objects.filter(status="held").update(status="lapsed")
    url = address("call_session_patient", lost, sits)
    seat = bureau.get(url).context["same"][0]
    assert bureau.post(url, {"slot": seat.value}).status_code == 302
    assert bureau.post(address("call_session_patient", lost, stops), {"slot": "no"}).status_code == 302
    assert request_of(stops).state == RequestState.WITHDRAWN
    assert fates(lost) == ["called", "accepted", "leaving", "refused"]
    done = bureau.get(address("call_session_patient", lost, stops), follow=True)
    assert "a déjà sa réponse" in done.text
    time_machine.move_to(clock.now() + timedelta(minutes=3), tick=False)
    OutboxMessage.objects.filter(state=State.DUE).update(state=State.SENT, sent_at=clock.now())
    carry_on_all()
    assert fates(lost) == ["called", "accepted", "listed", "refused"]
    assert request_of(waits).state == RequestState.ACCEPTED
    text = bureau.get(address("session_cascade", lost)).text
    assert "Chaque patient a sa réponse" in text


def test_the_screen_reads_as_often_for_one_as_for_thirty(psychiatry, doctor, bureau, coordinator):
    session(psychiatry, doctor, THURSDAY + 3 * WEEK, actor=coordinator, seats=40, hours=11)
    counts = []
    for number in (1, 30):
        row = session(
            psychiatry, doctor, THURSDAY + number * timedelta(days=1), actor=coordinator, seats=40, hours=10.5
        )
        for place in range(number):
            expected(row, place, email=f"x{number}.{place}@example.org")
        bureau.post(reverse("cancel_consultation_session", args=[row.pk]), {"reason": "Grève"})
        if number == 30:
            approve(row.cancellation.cascade, actor=coordinator)
        url = address("session_cascade", row)
        bureau.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert bureau.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
    with CaptureQueriesContext(connection) as queries:
        assert bureau.get(reverse("session_cascades")).status_code == 200
    assert len(queries) <= 12
    assert Disruption.objects.count() == 31


def test_a_session_in_which_nobody_was_expected_says_so(lost, bureau):
    page = bureau.post(
        reverse("cancel_consultation_session", args=[lost.pk]), {"reason": "Grève"}, follow=True
    )
    assert page.status_code == 200
    assert "Personne n’était attendu" in bureau.get(address("session_cascade", lost)).text
    assert bureau.post(address("approve_session_cascade", lost)).status_code == 404


def test_a_partner_who_does_not_come_for_two_weeks(psychiatry, doctor, bureau, coordinator):
    sessions = [
        session(psychiatry, doctor, THURSDAY + number * WEEK, actor=coordinator) for number in range(3)
    ]
    expected(sessions[0], 0, priority=2)
    expected(sessions[1], 0, priority=1, email="u@example.org")
    url = reverse("cancel_partner_sessions", args=[psychiatry.partner.pk])
    days = {"first_day": "2026-12-01", "last_day": "2026-12-11", "reason": "Congés"}
    late = bureau.post(url, days | {"last_day": "2026-11-30"})
    assert (late.status_code, "ne peut pas précéder" in late.text) == (422, True)
    nothing = bureau.post(url, days | {"first_day": "2026-12-11"})
    assert (nothing.status_code, "Aucune séance" in nothing.text) == (422, True)
    looked = bureau.post(url, days | {"step": "look"})
    assert [fill.session for fill in looked.context["fills"]] == sessions[:2]
    assert "2 séances seraient annulées" in looked.text
    assert not hasattr(sessions[0], "cancellation")
    done = bureau.post(url, days | {"step": "cancel"}, follow=True)
    assert done.request["PATH_INFO"] == address("session_cascade", sessions[0])
    assert "Un seul plan pour toutes ces séances" in done.text
    # The same plan behind each of them.
    assert fates(sessions[1]) == ["planned", "planned"]
    assert "Reste à faire\u00a0: 2" in bureau.get(address("session_cascade", sessions[1])).text
