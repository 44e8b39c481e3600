"""A practitioner sets his week: he sees what it changes, then saves it."""

from datetime import date, time

import pytest
from django.urls import reverse

from appointments.models import Disruption, Opening, OpeningRule
from core import clock
from core.audit.models import AuditEvent
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory, OpeningRuleFactory
from tests.factories.practitioners import PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return PlaceFactory()


@pytest.fixture
def typed(place):
    """What he types for Mondays and Wednesdays, 14 h to 18 h."""
    return {
        "weekdays": ["0", "2"],
        "start_time": "14:00",
        "end_time": "18:00",
        "every_n_weeks": "1",
        "place": place.pk,
        "room": "",
        "audience": "everyone",
        "valid_from": "2026-11-23",
        "valid_until": "2026-12-31",
        "except_on": "07/12/2026",
    }


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


def test_checked_then_saved(doctor, typed):
    url = address("add_rule", doctor)
    checked = doctor.client.post(url, {**typed, "step": "check"})
    assert checked.status_code == 200
    assert 'data-testid="save"' in checked.text
    assert OpeningRule.objects.count() == 0
    saved = doctor.client.post(url, {**typed, "step": "save"})
    assert (saved.status_code, saved.url) == (302, address("openings", doctor))
    rule = OpeningRule.objects.get()
    assert (rule.weekdays, rule.start_time, rule.end_time, rule.except_on, rule.practitioner) == (
        [0, 2],
        time(14),
        time(18),
        [date(2026, 12, 7)],
        doctor.practitioner,
    )
    days = list(rule.openings.order_by("rule_day").values_list("rule_day", flat=True))
    assert days == [
        date(2026, month, day)
        for month, day in [
            (11, 23),
            (11, 25),
            (11, 30),
            (12, 2),
            (12, 9),
            (12, 14),
            (12, 16),
            (12, 21),
            (12, 23),
            (12, 28),
            (12, 30),
        ]
    ]
    event = AuditEvent.objects.get(action="rule.add")
    assert (event.actor, event.subject_id) == (doctor.user, rule.pk)


def test_live_preview_is_a_fragment(doctor, typed):
    response = doctor.client.post(
        address("add_rule", doctor), {**typed, "step": "preview"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in response.text
    assert "span-new" in response.text
    assert OpeningRule.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"weekdays": []}, "Choisissez au moins un jour."),
        ({"weekdays": ["9"]}, "9"),
        ({"end_time": "13:00"}, "L’heure de fin doit suivre l’heure de début."),
        ({"start_time": "midi"}, "heure"),
        ({"valid_until": "2026-11-01"}, "La dernière date ne peut pas précéder la première."),
        ({"except_on": "Noël"}, "« Noël » n’est pas une date."),
        ({"except_on": "01/01/2027 " * 61}, "Soixante dates au plus."),
        ({"every_n_weeks": "99"}, "99"),
        ({"place": "0"}, "Choisissez dans la liste"),
        ({"valid_from": "0000-00-00"}, "date"),
    ],
)
def test_what_was_typed_comes_back_with_a_sentence(doctor, typed, wrong, sentence):
    response = doctor.client.post(address("add_rule", doctor), {**typed, **wrong, "step": "save"})
    assert response.status_code == 422
    assert sentence in response.text
    assert 'value="2026-11-23"' in response.text or "valid_from" in wrong
    assert OpeningRule.objects.count() == 0


def test_room_of_another_place(doctor, typed):
    room = RoomFactory(place=PlaceFactory(name="Annexe"))
    response = doctor.client.post(address("add_rule", doctor), {**typed, "room": room.pk, "step": "save"})
    assert response.status_code == 422
    assert "Cette salle n’est pas dans ce lieu." in response.text


def test_whom_a_change_touches_is_named_before_it_is_saved(doctor, owner, typed, place):
    rule = OpeningRuleFactory(
        practitioner=doctor.practitioner,
        place=place,
        weekdays=[0],
        start_time="14:00",
        end_time="18:00",
        valid_from=MONDAY,
    )
    OpeningFactory(
        practitioner=doctor.practitioner, place=place, rule=rule, rule_day=MONDAY, start_at=on_monday(14)
    )
    visit = AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(14), place=place
    )
    url = address("edit_rule", doctor, rule.pk)
    later = {**typed, "weekdays": ["0"], "start_time": "15:00"}
    checked = doctor.client.post(url, {**later, "step": "check"})
    assert [line.appointment for line in checked.context["preview"].touched] == [visit]
    assert owner.patient.display_name in checked.text
    assert Disruption.objects.count() == 0
    doctor.client.post(url, {**later, "step": "save"})
    assert list(Disruption.objects.open().values_list("appointment", flat=True)) == [visit.pk]


def test_end(doctor, place):
    rule = OpeningRuleFactory(practitioner=doctor.practitioner, place=place, weekdays=[0], valid_from=MONDAY)
    url = address("end_rule", doctor, rule.pk)
    assert doctor.client.post(url, {"last_day": "2020-01-01", "step": "save"}).status_code == 422
    assert doctor.client.post(url, {"last_day": "2026-12-01", "step": "save"}).status_code == 302
    rule.refresh_from_db()
    assert rule.valid_until == date(2026, 12, 1)


def test_one_date_more(doctor, place):
    typed = {
        "day": "2026-11-28",
        "start_time": "9:00",
        "end_time": "11:00",
        "place": place.pk,
        "audience": "known",
    }
    url = address("add_opening", doctor)
    assert doctor.client.post(url, {**typed, "step": "check"}).status_code == 200
    assert doctor.client.post(url, {**typed, "step": "save"}).status_code == 302
    opening = doctor.practitioner.openings.latest("start_at")
    assert (opening.start_at, opening.end_at, opening.audience) == (
        clock.at(date(2026, 11, 28), time(9)),
        clock.at(date(2026, 11, 28), time(11)),
        "known",
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "2026-11-21"}, "Cette date est passée."),
        ({"end_time": "8:00"}, "doit suivre"),
        ({"day": ""}, "Indiquez un jour."),
    ],
)
def test_one_date_that_cannot_be(doctor, place, wrong, sentence):
    typed = {
        "day": "2026-11-28",
        "start_time": "9:00",
        "end_time": "11:00",
        "place": place.pk,
        "audience": "known",
    }
    response = doctor.client.post(address("add_opening", doctor), {**typed, **wrong, "step": "save"})
    assert response.status_code == 422
    assert sentence in response.text


def test_one_date_changed_cancelled_restored(doctor, place, booked):
    opening = doctor.practitioner.openings.get()
    typed = {
        "day": str(MONDAY),
        "start_time": "8:00",
        "end_time": "12:00",
        "place": opening.place_id,
        "audience": "everyone",
    }
    assert (
        doctor.client.post(address("edit_opening", doctor, opening.pk), {**typed, "step": "save"}).status_code
        == 302
    )
    opening.refresh_from_db()
    assert opening.end_at == on_monday(12)
    url = address("cancel_opening", doctor, opening.pk)
    assert [line.appointment for line in doctor.client.get(url).context["preview"].touched] == [booked]
    doctor.client.post(url, {"step": "save"})
    assert Disruption.objects.open().get().appointment == booked
    assert "Rétablir" in doctor.client.get(address("openings", doctor)).text
    doctor.client.post(address("restore_opening", doctor, opening.pk))
    assert Disruption.objects.open().count() == 0
    assert doctor.client.get(address("restore_opening", doctor, opening.pk)).status_code == 405


def test_looking_at_a_past_date(doctor, sunday):
    past = OpeningFactory(practitioner=doctor.practitioner, start_at=clock.at(date(2026, 11, 2), time(8)))
    assert doctor.client.get(address("edit_opening", doctor, past.pk)).status_code == 404


def test_as_many_queries_for_one_rule_as_for_thirty(
    doctor, place, django_assert_max_num_queries, django_assert_num_queries
):
    url = address("openings", doctor)
    OpeningRuleFactory(practitioner=doctor.practitioner, place=place, room=RoomFactory(place=place))
    OpeningFactory(
        practitioner=doctor.practitioner, place=place, start_at=on_monday(8), cancelled_at=clock.now()
    )
    doctor.client.get(url)
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(url)
    number = len(first)
    for _ in range(29):
        OpeningRuleFactory(practitioner=doctor.practitioner, place=place, room=RoomFactory(place=place))
        OpeningFactory(
            practitioner=doctor.practitioner, place=place, start_at=on_monday(8), cancelled_at=clock.now()
        )
    doctor.client.get(url)  # the new rooms are read once into what the process knows of the house
    with django_assert_num_queries(number):
        doctor.client.get(url)
    assert Opening.objects.count() == 31
