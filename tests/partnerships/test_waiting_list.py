"""Who waits, in which order and why; the next ones invited from the list; nobody reads another's place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from partnerships.models import RequestInvitation, RequestState
from partnerships.waiting_list import place_of, places
from practitioners.house import the_house
from tests.cast import on_monday, sign_in
from tests.factories.partnerships_invitation import programme_of, session_of, waiting_request
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def psychiatrist(db, sunday):
    return PractitionerFactory(kind="visiting", last_name="Fournier")


@pytest.fixture
def programme(coordinator):
    return programme_of(coordinator, target_delay_days=30)


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_most_urgent_first_then_who_waits_longest(programme, sunday):
    old = waiting_request(programme, days=34, priority=3)
    urgent = waiting_request(programme, days=1, priority=1)
    middle = waiting_request(programme, days=23, priority=2)
    young = waiting_request(programme, priority=2)
    waiting_request(programme_of(programme.triage_by), days=90, priority=1)
    ConsultationRequestFactory(programme=programme, state=RequestState.RECEIVED)

    found = places(programme, clock.now())

    assert [place.request for place in found] == [urgent, middle, young, old]
    assert [spaced(place.sentence) for place in found] == [
        "priorité 1, attend depuis 1 jour, 1er sur 4 ; délai visé 30 jours, encore 29 jours",
        "priorité 2, attend depuis 23 jours, 2e sur 4 ; délai visé 30 jours, encore 7 jours",
        "priorité 2, attend depuis aujourd’hui, 3e sur 4 ; délai visé 30 jours, encore 30 jours",
        "priorité 3, attend depuis 34 jours, 4e sur 4 ; délai visé 30 jours, dépassé de 4 jours",
    ]
    assert [place_of(place.request, clock.now()) for place in found] == found
    assert place_of(ConsultationRequestFactory(state=RequestState.RECEIVED), clock.now()) is None


def test_the_page_says_who_is_next_and_costs_the_same_for_one_and_for_thirty(
    programme, psychiatrist, coordinator, bureau
):
    the_house()
    session_of(programme, psychiatrist, on_monday(9), seats=2, actor=coordinator)
    address = reverse("programme_waiting_list", args=[programme.pk])
    first = waiting_request(programme, days=40, priority=2)
    bureau.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        page = bureau.get(address)
    assert "à inviter maintenant" in page.text
    assert "délai dépassé" in page.text
    for days in range(29):
        waiting_request(programme, days=days, patient=PatientFactory(email="", phone=""))
    with CaptureQueriesContext(connection) as thirty:
        page = bureau.get(address)
    assert len(thirty) == len(one) <= 20
    # Nobody else can be written to, so nobody else is ticked.
    assert (page.text.count(" checked"), page.text.count(" disabled")) == (1, 29)
    assert str(first.patient) in page.text


def test_the_next_ones_are_invited_together_and_the_others_explained(
    programme, psychiatrist, coordinator, bureau, doctor, owner
):
    session_of(programme, psychiatrist, on_monday(9), seats=2, actor=coordinator)
    first, second = waiting_request(programme, days=9), waiting_request(programme, days=5)
    mute = waiting_request(programme, patient=PatientFactory(email="", phone="", birth_name="Muet"))
    address = reverse("invite_waiting", args=[programme.pk])
    refused = bureau.post(address, {"days": "7"})
    assert (refused.status_code, "Cochez au moins une personne." in refused.text) == (422, True)

    ticked = [first.pk, second.pk, mute.pk]
    page = bureau.post(address, {"days": "3", "requests": ticked}, follow=True)

    assert "2 personnes invitées." in spaced(page.text)
    assert "ni adresse e-mail ni mobile" in page.text
    rows = RequestInvitation.objects.order_by("request").values_list("request", "expires_at", "sent_by")
    until = clock.now() + timedelta(days=3)
    assert list(rows) == [(first.pk, until, coordinator.pk), (second.pk, until, coordinator.pk)]
    assert [place.request for place in places(programme, clock.now())] == [mute]
    # The list has changed since: who is invited already is no choice any more.
    assert bureau.post(address, {"days": "3", "requests": [first.pk]}).status_code == 422
    for stranger in (doctor.client, owner.client):
        assert stranger.get(reverse("programme_waiting_list", args=[programme.pk])).status_code == 404
        assert stranger.post(address, {"days": "3", "requests": ticked}).status_code == 404
    invitation = RequestInvitation.objects.get(request=first)
    taken_back = bureau.post(reverse("revoke_request_invitation", args=[invitation.pk]), follow=True)
    assert "de retour sur la liste" in taken_back.text
    assert [place.request for place in places(programme, clock.now())] == [first, mute]


def test_who_triages_works_from_the_list_and_the_desk_books_but_does_not_invite(
    programme, psychiatrist, coordinator, secretary, doctor
):
    session_of(programme, psychiatrist, on_monday(9), seats=1, actor=coordinator)
    request = waiting_request(programme)
    programme.triage_by = doctor.user
    programme.save()
    page, invite = (
        reverse("programme_waiting_list", args=[programme.pk]),
        reverse("invite_waiting", args=[programme.pk]),
    )
    assert 'data-testid="invite"' in sign_in(doctor.user).get(page).text
    assert 'data-testid="invite"' not in secretary.get(page).text
    assert secretary.post(invite, {"requests": [request.pk]}).status_code == 404
    assert secretary.get(reverse("book_request", args=[request.pk])).status_code == 200
