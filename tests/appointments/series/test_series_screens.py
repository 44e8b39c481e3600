"""The screens of a series: proposed, replaced one by one, booked, seen by the team and by the patient."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Role, User
from appointments.models import Appointment, AppointmentSeries, Origin, Status
from core import clock
from tests.appointments.series.cast import TWICE, at, begin, open_weeks, proposal
from tests.cast import MONDAY, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sunday) -> User:
    user = UserFactory(email="accueil@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def url(name, patient, *more):
    return reverse(name, args=[patient.pk, *more])


def rhythm(**changes):
    return {
        "nombre": 4,
        "jours": [0, 3],
        "moment": "matin",
        "du": MONDAY.isoformat(),
        "rythme": 1,
        "ecart": 1,
    } | changes


def asked(reason, **changes):
    return {"motif": reason.pk, "prescrites": 10, "prescripteur": "Dr Martin"} | rhythm(**changes)


def lines(answer):
    found = answer.context["draft"].proposal.sessions
    return [one.slot.start_at if one.slot else one.is_left_out or one.sentence for one in found]


def fields(answer):
    sessions = answer.context["draft"].proposal.sessions
    values = [one.slot.value if one.slot else "-" if one.is_left_out else "" for one in sessions]
    return {"session": values, "key": str(answer.context["draft"].key)}


def address(page):
    return page.context["address"]


def test_from_the_record_to_the_series(physio, desk, owner):
    client = sign_in(desk)
    start = url("start_series", owner.patient)
    assert start in client.get(url("patient_record", owner.patient)).text
    assert client.get(start).context["draft"] is None
    page = client.get(start, asked(physio))
    assert lines(page) == [at(0, 0, 8), at(0, 3, 8), at(1, 0, 8), at(1, 3, 8)]
    assert Appointment.objects.count() == 0
    answer = client.post(address(page), fields(page) | {"book": "1", "origin": "desk"})
    series = AppointmentSeries.objects.get()
    assert answer.url == url("series", owner.patient, series.pk)
    facts = ("patient", "practitioner", "prescribed", "prescriber", "weekdays", "half", "created_by")
    assert [getattr(series, fact) for fact in facts] == [
        owner.patient,
        physio.practitioner,
        10,
        "Dr Martin",
        [0, 3],
        "matin",
        desk,
    ]
    assert set(series.sessions.values_list("origin", "booked_by")) == {(Origin.DESK, desk.pk)}
    text = client.get(answer.url).text
    assert "Aucune séance faite sur 10" in " ".join(text.split())
    assert client.post(address(page), fields(page) | {"book": "1"}).url == answer.url
    assert Appointment.objects.count() == 4
    assert url("series", owner.patient, series.pk) in client.get(url("patient_record", owner.patient)).text


def test_replaced_one_by_one_without_javascript(physio, desk, owner):
    AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
    client = sign_in(desk)
    page = client.get(url("start_series", owner.patient), asked(physio))
    assert lines(page)[1] == "Absence de Mme Inès Caron."
    session = page.context["draft"].proposal.sessions[1]
    other = session.at_the_end
    assert f'value="1:{other.value}"' in page.text
    page = client.post(address(page), fields(page) | {"replace": f"1:{other.value}"})
    assert lines(page) == [at(0, 0, 8), at(2, 0, 8), at(1, 0, 8), at(1, 3, 8)]
    page = client.post(address(page), fields(page) | {"leave": "3:"})
    assert lines(page)[3] is True
    again = client.post(address(page), fields(page) | {"take": "3:"})
    assert lines(again)[3] == at(1, 3, 8)
    assert Appointment.objects.count() == 0
    client.post(address(page), fields(page) | {"book": "1"})
    assert list(Appointment.objects.order_by("start_at").values_list("start_at", flat=True)) == [
        at(0, 0, 8),
        at(1, 0, 8),
        at(2, 0, 8),
    ]


def test_only_the_lines_are_drawn_anew_for_htmx(physio, desk, owner):
    client = sign_in(desk)
    page = client.get(url("start_series", owner.patient), asked(physio))
    answer = client.post(address(page), fields(page) | {"leave": "0:"}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="proposal"')


def test_just_lost_is_shown_with_what_is_free_instead(physio, desk, owner):
    client = sign_in(desk)
    page = client.get(url("start_series", owner.patient), asked(physio))
    AppointmentFactory(reason=physio, start_at=at(0, 3, 8))
    answer = client.post(address(page), fields(page) | {"book": "1"})
    assert (answer.status_code, Appointment.objects.count()) == (409, 1)
    assert "rien n’est réservé" in answer.context["draft"].sentence
    lost = answer.context["draft"].proposal.sessions[1]
    assert lost.sentence.replace("\xa0", " ") == "Jeudi 26 novembre à 8 h : cette heure vient d’être prise."
    assert lost.others
    again = client.post(address(page), fields(answer) | {"leave": "3:"})
    assert lines(again)[1:] == ["Choisissez une heure.", at(1, 0, 8), True]
    assert client.post(address(page), fields(answer) | {"book": "1"}).status_code == 302
    assert AppointmentSeries.objects.get().sessions.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"jours": []}, "jours"),
        ({"nombre": 0}, "nombre"),
        ({"nombre": 11}, "nombre"),
        ({"nombre": "x"}, "nombre"),
        ({"prescrites": 61}, "prescrites"),
        ({"du": "2020-01-01"}, "du"),
        ({"du": "9999-12-31"}, "du"),
        ({"heure": "25:00"}, "heure"),
        ({"motif": "999999"}, "motif"),
        ({"ordonnance": "2027-01-01"}, "ordonnance"),
        ({"ecart": 0}, "ecart"),
        ({"rythme": "12"}, "rythme"),
    ],
)
def test_what_is_typed_is_checked(physio, desk, owner, changes, field):
    answer = sign_in(desk).get(url("start_series", owner.patient), asked(physio, **changes))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})


@pytest.mark.parametrize(
    "value", ["", "x", "1.x", "0.1", "9" * 40, "1." + "9" * 40, "-", "²", "1.99999999999"]
)
def test_nonsense_books_nothing(physio, desk, owner, value):
    client = sign_in(desk)
    page = client.get(url("start_series", owner.patient), asked(physio, nombre=1))
    for sent in ({"session": [value] * 99}, {"replace": value}, {"replace": f"0:{value}"}, {"leave": value}):
        assert client.post(address(page), sent | {"key": value}).status_code == 200, sent
    assert client.post(address(page), {"session": ["-"], "book": "1"}).status_code == 409
    assert Appointment.objects.count() == 0


def test_colleagues_who_may_take_turns(physio, desk, owner):
    relay = VisitReasonFactory(duration_minutes=30, grid_minutes=30)
    open_weeks(relay)
    AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
    client = sign_in(desk)
    page = client.get(url("start_series", owner.patient), asked(physio, relais=[relay.pk]))
    assert lines(page) == [at(0, 0, 8), at(0, 3, 8), at(1, 0, 8), at(1, 3, 8)]
    client.post(address(page), fields(page) | {"book": "1"})
    series = AppointmentSeries.objects.get()
    assert list(series.relays.all()) == [relay]
    assert set(series.sessions.values_list("reason", flat=True)) == {physio.pk, relay.pk}
    stale = client.get(url("start_series", owner.patient), asked(physio, relais=["999999"]))
    assert stale.status_code == 200


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
