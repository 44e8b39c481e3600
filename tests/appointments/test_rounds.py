"""A nurse's day on the road: the order is hers, the hours are computed, the door code is hers alone."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from appointments.actions.erase import Outcome as Erased
from appointments.actions.erase import forget
from appointments.models import HomeAccess, PlaceKind, Round, RoundStop, Status, StopState
from appointments.rounds import Leg, round_of, timetable
from core import clock
from core.audit.models import AuditEvent
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from tests.cast import MONDAY, SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
DAY = MONDAY.isoformat()


@pytest.fixture
def home(doctor):
    return VisitReasonFactory(
        practitioner=doctor.practitioner, name="Pansement", place_kind=PlaceKind.HOME, duration_minutes=20
    )


@pytest.fixture
def visits(home):
    """At 9 h and 10 h."""
    return [
        AppointmentFactory(
            reason=home,
            start_at=on_monday(hour),
            place_kind=PlaceKind.HOME,
            patient=PatientFactory(
                birth_name=name, birth_first_names="Zoé", address="1 rue Haute", city="Laventie"
            ),
        )
        for hour, name in ((9, "Aubert"), (10, "Berger"))
    ]


@pytest.fixture
def secretary(db, sunday) -> Client:
    return sign_in(with_role(Role.SECRETARY, email="accueil@example.org"))


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, DAY, *args])


def join_team(patient, doctor) -> None:
    CareTeamMember.objects.create(
        patient=patient, practitioner=doctor.practitioner, reason=Reason.RECOGNISED, since=clock.today()
    )


def names(doctor) -> list[str]:
    shown = round_of(doctor.practitioner, MONDAY, with_access=False)
    return [leg.patient.last_name for leg in shown.legs]


def hours(doctor) -> list[str]:
    shown = round_of(doctor.practitioner, MONDAY, with_access=False)
    return [f"{clock.local(leg.begins_at):%H:%M}" for leg in shown.legs if leg.begins_at]


def tap(client, doctor, key, step) -> int:
    return client.post(address("change_stop", doctor, key, step)).status_code


def add(doctor, patient, **typed):
    return doctor.client.post(address("add_stop", doctor), {"patient": patient.pk, "minutes": "15", **typed})


def test_booked_visits_are_there_by_themselves_and_looking_writes_nothing(doctor, visits):
    page = doctor.client.get(address("round", doctor))
    assert [leg.patient.last_name for leg in page.context["shown"].legs] == ["Aubert", "Berger"]
    assert "1 rue Haute" in page.text
    assert (hours(doctor), Round.objects.count()) == (["09:00", "10:00"], 0)


def test_the_order_is_hers_and_what_does_not_fit_is_said(doctor, visits):
    assert tap(doctor.client, doctor, f"v{visits[1].pk}", "monter") == 302
    assert (names(doctor), hours(doctor)) == (["Berger", "Aubert"], ["10:00", "10:30"])
    page = doctor.client.get(address("round", doctor)).text.replace("\u00a0", " ")
    assert "1 h 30 trop tard : attendu à 9 h." in page
    assert tap(doctor.client, doctor, f"v{visits[1].pk}", "monter") == 302  # already the first
    assert names(doctor) == ["Berger", "Aubert"]
    assert doctor.client.post(address("arrange_round", doctor)).status_code == 302
    assert names(doctor) == ["Aubert", "Berger"]
    assert AuditEvent.objects.filter(action="round.arrange").count() == 2


def test_a_passage_without_an_hour_and_its_wishes(doctor, visits):
    known = PatientFactory(birth_name="Caron")
    join_team(known, doctor)
    assert add(doctor, known, not_before="09:30", not_after="09:40").status_code == 302
    stop = RoundStop.objects.get(patient=known)
    # Put where nobody is late for it.
    assert (names(doctor), hours(doctor)) == (["Aubert", "Caron", "Berger"], ["09:00", "09:30", "10:00"])
    doctor.client.post(address("set_round", doctor), {"starts_at": "09:00", "travel_minutes": "30"})
    assert hours(doctor) == ["09:00", "09:50", "10:35"]
    page = doctor.client.get(address("round", doctor)).text.replace("\u00a0", " ")
    assert "10 min trop tard : attendu à 9 h 40." in page
    assert "2 visites ne tiennent pas dans l’horaire" in page
    assert tap(doctor.client, doctor, f"s{stop.pk}", "retirer") == 302
    assert names(doctor) == ["Aubert", "Berger"]
    assert tap(doctor.client, doctor, f"s{stop.pk}", "monter") == 302  # gone: said, not broken
    assert tap(doctor.client, doctor, f"v{visits[0].pk}", "retirer") == 302
    assert names(doctor) == ["Aubert", "Berger"]


def test_somebody_new_disturbs_least_and_is_moved_at_will(doctor, visits):
    known = PatientFactory(birth_name="Caron")
    join_team(known, doctor)
    add(doctor, known, minutes="60")
    # An hour between the two would make the second wait; nobody has wished for anything: last.
    assert (names(doctor), hours(doctor)) == (["Aubert", "Berger", "Caron"], ["09:00", "10:00", "10:30"])
    stop = RoundStop.objects.get(patient=known)
    tap(doctor.client, doctor, f"s{stop.pk}", "monter")
    assert names(doctor) == ["Aubert", "Caron", "Berger"]


def test_a_visit_at_the_practice_meanwhile_is_said(doctor, booked, home):
    AppointmentFactory(reason=home, start_at=on_monday(9, 10), place_kind=PlaceKind.HOME, is_overbooked=True)
    page = doctor.client.get(address("round", doctor)).text.replace("\u00a0", " ")
    assert "En même temps qu’un rendez-vous de 9 h à 9 h 20." in page


def test_cancelled_and_new_visits_find_their_place(doctor, home, visits):
    tap(doctor.client, doctor, f"v{visits[1].pk}", "monter")
    visits[0].status, visits[0].cancelled_at = Status.CANCELLED, clock.now()
    visits[0].save()
    AppointmentFactory(
        reason=home,
        start_at=on_monday(8),
        place_kind=PlaceKind.HOME,
        patient=PatientFactory(birth_name="Dupont"),
    )
    assert names(doctor) == ["Dupont", "Berger"]


def test_one_tap_on_the_road_and_back(doctor, visits, owner):
    key = f"v{visits[0].pk}"
    assert tap(doctor.client, doctor, key, "done") == 302  # Sunday: not yet, and said
    visits[0].refresh_from_db()
    assert visits[0].status == Status.BOOKED
    with time_machine.travel(on_monday(9, 30), tick=False):
        client = sign_in(doctor.user)
        for step, status in (
            ("done", Status.FULFILLED),
            ("to-do", Status.BOOKED),
            ("absent", Status.NO_SHOW),
            ("to-do", Status.BOOKED),
        ):
            assert tap(client, doctor, key, step) == 302
            visits[0].refresh_from_db()
            assert visits[0].status == status
        assert tap(client, doctor, key, "nonsense") == 404


def test_a_passage_is_marked_too(doctor):
    known = PatientFactory()
    join_team(known, doctor)
    add(doctor, known)
    stop = RoundStop.objects.get()
    for step in ("done", "absent", "to-do"):
        assert tap(doctor.client, doctor, f"s{stop.pk}", step) == 302
        stop.refresh_from_db()
        assert stop.state == StopState(step)


def test_the_door_code_is_for_the_care_team(doctor, visits, secretary, teammate, owner):
    key = f"v{visits[0].pk}"
    noting = address("note_access", doctor, key)
    assert doctor.client.post(noting, {"note": " Code 12A34, 2e étage "}).status_code == 302
    assert HomeAccess.objects.get().note == "Code 12A34, 2e étage"
    assert "12A34" in doctor.client.get(address("round", doctor)).text
    assert "12A34" not in secretary.get(address("round", doctor)).text
    for client in (secretary, teammate.client, owner.client):
        assert client.post(noting, {"note": "x"}).status_code == 404
    assert "12A34" not in str(AuditEvent.objects.get(action="patient.access_noted").detail)
    forget(visits[0].patient, Erased(), actor=doctor.user)
    assert HomeAccess.objects.count() == 0


def test_whose_round_it_is(doctor, visits, teammate, owner, visitor, secretary):
    page = address("round", doctor)
    for client in (teammate.client, owner.client):
        assert client.get(page).status_code == 404
        assert tap(client, doctor, f"v{visits[0].pk}", "descendre") == 404
    assert visitor.get(page).status_code == 302
    assert secretary.get(page).status_code == 200
    assert tap(secretary, doctor, f"v{visits[0].pk}", "descendre") == 302
    assert secretary.post(address("add_stop", doctor), {}).status_code == 404
    assert doctor.client.get(reverse("my_round")).url == reverse(
        "round", args=[doctor.practitioner.slug, "2026-11-22"]
    )
    assert owner.client.get(reverse("my_round")).status_code == 404
    for day in ("2026-02-30", "hier", "1999-01-01"):
        assert doctor.client.get(reverse("round", args=[doctor.practitioner.slug, day])).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": "4000"}, "4000"),
        ({"not_before": "10:00", "not_after": "09:00"}, "doit suivre"),
        ({"not_before": "midi"}, "Écrivez l’heure comme ceci"),
        ({"patient": "999999"}, "choix"),
        ({"patient": ""}, "À remplir."),
    ],
)
def test_what_cannot_be(doctor, visits, wrong, sentence):
    known = visits[0].patient
    answer = doctor.client.post(address("add_stop", doctor), {"patient": known.pk, "minutes": "15", **wrong})
    assert (answer.status_code, RoundStop.objects.count()) == (422, 0)
    assert sentence in answer.text


def test_a_stranger_cannot_be_put_on_a_round(doctor, outsider):
    assert add(doctor, outsider.patient).status_code == 422
    assert RoundStop.objects.count() == 0


def test_the_door_is_shown_to_who_goes_out(doctor, teammate, visits):
    assert address("round", doctor).replace(DAY, "2026-11-22") in doctor.client.get(reverse("my_day")).text
    assert "/tournees/" not in teammate.client.get(reverse("my_day")).text


def test_as_many_queries_for_thirty_as_for_one(
    doctor, home, django_assert_num_queries, django_assert_max_num_queries
):
    def book(number: int) -> None:
        AppointmentFactory(
            reason=home, start_at=on_monday(8) + timedelta(minutes=20 * number), place_kind=PlaceKind.HOME
        )

    book(0)
    page = address("round", doctor)
    doctor.client.get(page)
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(page)
    for number in range(1, 30):
        book(number)
    with django_assert_num_queries(len(first)):
        assert len(doctor.client.get(page).context["shown"].legs) == 30


wishes = st.none() | st.integers(0, 300)


@given(
    st.lists(
        st.tuples(st.integers(5, 60), st.none() | st.integers(0, 300), st.none() | st.integers(0, 300)),
        max_size=8,
    ),
    st.integers(0, 30),
)
def test_the_hours_equal_walking_it_minute_by_minute(stops, travel):
    """(length, not before, not after) in minutes after the departure."""
    departure = SUNDAY_NOON

    def at(minutes: int | None):
        return departure + timedelta(minutes=minutes) if minutes is not None else None

    legs = [
        Leg(str(n), Patient(), length, None, None, at(low), at(high))
        for n, (length, low, high) in enumerate(stops)
    ]
    minute, expected = 0, []
    for number, (length, low, high) in enumerate(stops):
        minute += travel if number else 0
        while low is not None and minute < low:
            minute += 1
        late = max(0, minute - high) if high is not None else 0
        expected.append((at(minute), late))
        minute += length
    assert [(leg.begins_at, leg.late_minutes) for leg in timetable(legs, departure, travel)] == expected
    assert time(8) == Round._meta.get_field("starts_at").default
