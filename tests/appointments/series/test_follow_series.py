"""A series that is booked: added to, moved, ended, seen by the team and by the patient."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Role
from appointments.models import Status
from core import clock
from tests.appointments.series.cast import TWICE, at, begin, proposal
from tests.appointments.series.screens import address, asked, fields, lines, rhythm, url
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_sessions_are_added_until_none_is_left(physio, desk, owner):
    series = begin(physio, owner.patient, desk, number=4, prescribed=6)
    client = sign_in(desk)
    add = url("add_sessions", owner.patient, series.pk)
    assert client.get(add).context["form"]["du"].value() == clock.local(at(1, 3, 8)).date() + timedelta(
        days=1
    )
    page = client.get(add, rhythm(nombre=3, du="2026-12-07"))
    assert client.post(address(page), fields(page) | {"book": "1"}).status_code == 409
    page = client.get(add, rhythm(nombre=2, du="2026-12-07"))
    assert client.post(address(page), fields(page) | {"book": "1"}).url == url(
        "series", owner.patient, series.pk
    )
    assert series.sessions.count() == 6
    assert add not in client.get(url("series", owner.patient, series.pk)).text


def test_moving_one_moves_none_of_the_others_unless_asked(physio, desk, owner):
    series = begin(physio, owner.patient, desk)
    second = series.sessions.order_by("start_at")[1]
    client = sign_in(desk)
    move = url("move_for_patient", owner.patient, second.reference)
    assert client.get(move).context["following"] == 2
    goal = f"{physio.pk}.{int(at(0, 3, 9).timestamp())}"
    client.post(move, {"slot": goal})
    starts = [at(0, 0, 8), at(0, 3, 9), at(1, 0, 8), at(1, 3, 8)]
    assert list(series.sessions.order_by("start_at").values_list("start_at", flat=True)) == starts
    goal = f"{physio.pk}.{int(at(1, 0, 9, 30).timestamp())}"
    preview = client.post(move, {"slot": goal, "following": "1"}, follow=True)
    assert lines(preview) == [
        at(1, 0, 9, 30),
        "Mme Inès Caron ne reçoit pas ce jour-là.",
        *lines(preview)[2:],
    ]
    assert list(series.sessions.order_by("start_at").values_list("start_at", flat=True)) == starts
    instead = preview.context["draft"].proposal.sessions[1].others[0]
    page = client.post(address(preview), fields(preview) | {"replace": f"1:{instead.value}"})
    page = client.post(address(preview), fields(page) | {"leave": "2:"})
    assert client.post(address(preview), fields(page) | {"book": "1"}).status_code == 302
    found = list(series.sessions.order_by("pk").values_list("start_at", flat=True))
    assert found == [at(0, 0, 8), at(1, 0, 9, 30), instead.start_at, at(1, 3, 8)]


def test_the_series_is_ended_with_its_coming_sessions(physio, desk, owner):
    series = begin(physio, owner.patient, desk)
    client = sign_in(desk)
    stop = url("cancel_series", owner.patient, series.pk)
    assert len(client.get(stop).context["coming"]) == 4
    assert client.post(stop, {"note": "Guérie"}).url == url("series", owner.patient, series.pk)
    assert set(series.sessions.values_list("status", "cancel_note")) == {(Status.CANCELLED, "Guérie")}


def test_who_may_see_a_series(physio, desk, owner, outsider, teammate):
    series = begin(physio, owner.patient, desk)
    RoleAssignmentFactory(user=(giver := UserFactory(email="kine@example.org")), role=Role.PRACTITIONER)
    type(physio.practitioner).objects.filter(pk=physio.practitioner_id).update(user=giver)
    first = series.sessions.order_by("start_at").first()
    more = {"series": (), "add_sessions": (), "cancel_series": (), "shift_series": (first.reference,)}
    for name, extra in more.items():
        there = url(name, owner.patient, series.pk, *extra)
        there += f"?slot={physio.pk}.{int(at(0, 0, 9).timestamp())}"
        assert sign_in(giver).get(there).status_code == 200
        assert [who.client.get(there).status_code for who in (owner, outsider, teammate)] == [404] * 3
        assert sign_in(desk).get(url(name, PatientFactory(), series.pk, *extra)).status_code == 404
    assert [
        who.client.get(url("start_series", owner.patient)).status_code for who in (owner, outsider, teammate)
    ] == [404] * 3
    for name in ("my_series", "series_ics"):
        there = reverse(name, args=[series.pk])
        assert owner.client.get(there).status_code == 200
        assert [client.get(there).status_code for client in (outsider.client, sign_in(giver))] == [404] * 2


def test_the_patient_sees_the_series_together(physio, owner):
    series = begin(physio, owner.patient, owner.user)
    home = owner.client.get(reverse("my_space"))
    assert [(shown.visit.start_at, len(shown.following)) for shown in home.context["visits"]] == [
        (at(0, 0, 8), 3)
    ]
    assert reverse("my_series", args=[series.pk]) in home.text
    page = owner.client.get(reverse("my_series", args=[series.pk]))
    assert [(visit.start_at, can_change) for visit, can_change, _coming in page.context["visits"]] == [
        (at(0, 0, 8), False),
        (at(0, 3, 8), True),
        (at(1, 0, 8), True),
        (at(1, 3, 8), True),
    ]
    calendar = Calendar.from_ical(owner.client.get(reverse("series_ics", args=[series.pk])).content)
    assert [event.start for event in calendar.events] == [at(0, 0, 8), at(0, 3, 8), at(1, 0, 8), at(1, 3, 8)]


def test_as_many_queries_for_one_session_as_for_many(
    physio,
    desk,
    owner,
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    client = sign_in(desk)
    start = url("start_series", owner.patient)
    client.get(start)
    with django_assert_max_num_queries(15) as first:
        client.get(start, asked(physio, nombre=1))
    with django_assert_num_queries(len(first)):
        assert len(lines(client.get(start, asked(physio, nombre=10)))) == 10
    short = begin(physio, owner.patient, desk, number=1)
    pages = {
        url("series", owner.patient, short.pk): client,
        reverse("my_series", args=[short.pk]): owner.client,
        reverse("my_space"): owner.client,
    }
    counts = {}
    for there, who in pages.items():
        who.get(there)
        with django_assert_max_num_queries(15) as seen:
            who.get(there)
        counts[there] = len(seen)
    for row in proposal(physio, owner.patient, TWICE, 12).slots[1:9]:
        AppointmentFactory(reason=physio, patient=owner.patient, start_at=row.start_at, series=short)
    for there, who in pages.items():
        with django_assert_num_queries(counts[there]):
            who.get(there)
