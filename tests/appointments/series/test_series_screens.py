"""The screens of a series: proposed, replaced one by one, checked and booked."""

from __future__ import annotations

import pytest

from appointments.models import Appointment, AppointmentSeries, Origin
from tests.appointments.series.cast import at, open_weeks
from tests.appointments.series.screens import address, asked, fields, lines, url
from tests.cast import sign_in
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db


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
