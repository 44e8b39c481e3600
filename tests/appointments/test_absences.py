"""Away: whole days unless hours are given, and nobody forgotten."""

from datetime import date, time

import pytest
from django.urls import reverse

from appointments.models import Absence, Disruption
from core import clock
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import AbsenceFactory

pytestmark = pytest.mark.django_db


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


def typed(**fields):
    return {"first_day": "2026-11-23", "last_day": "2026-11-25", "kind": "leave", "note": "", **fields}


@pytest.mark.parametrize(
    ("fields", "start", "end"),
    [
        ({}, (MONDAY, time.min), (date(2026, 11, 26), time.min)),
        ({"start_time": "14:00"}, (MONDAY, time(14)), (date(2026, 11, 26), time.min)),
        ({"end_time": "12:30"}, (MONDAY, time.min), (date(2026, 11, 25), time(12, 30))),
    ],
)
def test_declared(doctor, fields, start, end):
    response = doctor.client.post(address("add_absence", doctor), typed(**fields, step="save"))
    assert (response.status_code, response.url) == (302, address("absences", doctor))
    absence = Absence.objects.get()
    assert (absence.start_at, absence.end_at) == (clock.at(*start), clock.at(*end))
    assert (absence.practitioner, absence.created_by) == (doctor.practitioner, doctor.user)


def test_patients_are_named_first_then_listed(doctor, booked, owner):
    url = address("add_absence", doctor)
    checked = doctor.client.post(url, typed(step="check"))
    assert owner.patient.display_name in checked.text
    assert Absence.objects.count() == 0
    doctor.client.post(url, typed(step="save"))
    assert Disruption.objects.open().get().appointment == booked


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last_day": "2026-11-22"}, "Le dernier jour ne peut pas précéder le premier."),
        (
            {"last_day": "2026-11-23", "start_time": "14:00", "end_time": "13:00"},
            "La fin doit suivre le début.",
        ),
        ({"first_day": "2020-01-01", "last_day": "2020-01-02"}, "Cette période est passée."),
        ({"last_day": "2099-01-01"}, "Deux ans au plus."),
        ({"kind": "vacances"}, "vacances"),
        ({"first_day": "\x00"}, "date"),
    ],
)
def test_what_cannot_be(doctor, wrong, sentence):
    response = doctor.client.post(address("add_absence", doctor), typed(**wrong, step="save"))
    assert response.status_code == 422
    assert sentence in response.text
    assert Absence.objects.count() == 0


def test_changed_then_withdrawn(doctor, booked):
    doctor.client.post(address("add_absence", doctor), typed(step="save"))
    absence = Absence.objects.get()
    page = doctor.client.get(address("edit_absence", doctor, absence.pk))
    assert 'value="2026-11-25"' in page.text
    later = typed(first_day="2026-11-24", step="save")
    doctor.client.post(address("edit_absence", doctor, absence.pk), later)
    assert Disruption.objects.open().count() == 0
    doctor.client.post(address("withdraw_absence", doctor, absence.pk), {"step": "save"})
    assert Absence.objects.count() == 0


def test_the_list_forgets_the_past_and_asks_no_more_for_thirty(
    doctor, django_assert_max_num_queries, django_assert_num_queries
):
    AbsenceFactory(
        practitioner=doctor.practitioner,
        start_at=clock.at(date(2020, 1, 1), time(8)),
        end_at=clock.at(date(2020, 1, 2), time(8)),
    )
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(9))
    url = address("absences", doctor)
    doctor.client.get(url)
    with django_assert_max_num_queries(15) as first:
        assert len(doctor.client.get(url).context["absences"]) == 1
    for _ in range(29):
        AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(9))
    with django_assert_num_queries(len(first)):
        assert len(doctor.client.get(url).context["absences"]) == 30
