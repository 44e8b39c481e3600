"""A practitioner connects a calendar from elsewhere, lets it rest, takes it away; whose affair it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.actions.connect_calendar import MOST_CALENDARS
from appointments.actions.read_calendar import due_calendars, read_calendar
from appointments.models import ExternalCalendar
from appointments.models.external_calendar import Trouble
from tests.appointments.external_calendars.cast import DENTIST, address, ics, known
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.calendars import ExternalBusyFactory, ExternalCalendarFactory

pytestmark = pytest.mark.django_db


def test_connected_by_address(doctor, elsewhere):
    typed = {"name": "Famille", "address": elsewhere.address, "counts_whole_days": "on"}
    answer = doctor.client.post(address("add_calendar", doctor), typed)
    assert (answer.status_code, answer.url) == (302, address("calendars", doctor))
    calendar = ExternalCalendar.objects.get()
    assert (calendar.practitioner, calendar.name, calendar.address) == (
        doctor.practitioner,
        "Famille",
        elsewhere.address,
    )
    assert (calendar.counts_whole_days, calendar.keeps_titles) == (True, False)
    assert known() == [("23 08:00–08:30", "")]
    page = doctor.client.get(answer.url).text
    assert "127.0.0.1" in page
    assert "secret" not in page
    assert "secret" not in doctor.client.get(address("edit_calendar", doctor, calendar.pk)).text


def test_connected_by_file_then_by_another(doctor):
    def send(content: bytes, *args: int, **fields: str):
        typed = {"name": "Mairie", "upload": SimpleUploadedFile("agenda.ics", content), **fields}
        return doctor.client.post(address("edit_calendar" if args else "add_calendar", doctor, *args), typed)

    assert send(ics(DENTIST)).status_code == 302
    calendar = ExternalCalendar.objects.get()
    assert (calendar.is_file, known()) == (True, [("23 08:00–08:30", "")])
    refused = send(b"<html>", calendar.pk)
    assert refused.status_code == 422
    assert "Ce fichier ne peut pas être lu" in refused.text.replace("\u00a0", " ")
    assert known() == [("23 08:00–08:30", "")]
    assert send(ics(DENTIST.replace("T08", "T09")), calendar.pk).status_code == 302
    assert [when for when, _title in known()] == ["23 09:00–09:30"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "agenda.ics"}, "Cette adresse n’est pas utilisable."),
        ({"address": "http://moi:secret@example.org/"}, "Cette adresse n’est pas utilisable."),
        ({"address": ""}, "Donnez l’adresse de l’agenda, ou déposez un fichier."),
        ({"name": ""}, "À remplir."),
        ({"name": "\x00"}, "nul"),
        (
            {"upload": SimpleUploadedFile("a.ics", b"BEGIN:VCALENDAR")},
            "Une adresse ou un fichier, pas les deux.",
        ),
    ],
)
def test_what_cannot_be(doctor, wrong, sentence):
    typed = {"name": "Famille", "address": "https://example.org/a.ics", **wrong}
    answer = doctor.client.post(address("add_calendar", doctor), typed)
    assert (answer.status_code, ExternalCalendar.objects.count()) == (422, 0)
    assert sentence in answer.text


def test_no_more_than_ten(doctor):
    ExternalCalendarFactory.create_batch(MOST_CALENDARS, practitioner=doctor.practitioner)
    typed = {"name": "Famille", "address": "https://example.org/a.ics"}
    answer = doctor.client.post(address("add_calendar", doctor), typed)
    assert answer.status_code == 422
    assert "Vous avez déjà 10 agendas." in answer.text


def test_rests_comes_back_and_goes(doctor, calendar, elsewhere):
    read_calendar(calendar.pk)

    def tap(step: str) -> int:
        return doctor.client.post(address("change_calendar", doctor, calendar.pk, step)).status_code

    assert (tap("suspendre"), known(), due_calendars()) == (302, [], [])
    assert (tap("reprendre"), known()) == (302, [("23 08:00–08:30", "")])
    elsewhere.body, elsewhere.etag = ics(), '"2"'
    assert (tap("relire"), known()) == (302, [])
    assert (tap("retirer"), ExternalCalendar.objects.count()) == (302, 0)
    assert tap("relire") == 404


def test_titles_are_forgotten_when_no_longer_wanted(doctor):
    upload = SimpleUploadedFile("agenda.ics", ics(DENTIST.replace("Dentiste", "Dentiste " * 20)))
    typed = {"name": "Mairie", "keeps_titles": "on"}
    doctor.client.post(address("add_calendar", doctor), {**typed, "upload": upload})
    calendar = ExternalCalendar.objects.get()
    assert "Dentiste" in calendar.content + known()[0][1]
    doctor.client.post(address("edit_calendar", doctor, calendar.pk), {"name": "Mairie"})
    calendar.refresh_from_db()
    assert "entiste" not in calendar.content
    assert known() == [("23 08:00–08:30", "")]


def test_whose_affair_it_is(doctor, teammate, owner, visitor, secretary):
    calendar = ExternalCalendarFactory(practitioner=doctor.practitioner, next_read_at=SUNDAY_NOON)
    pages = [address("add_calendar", doctor), address("edit_calendar", doctor, calendar.pk)]
    taps = [address("change_calendar", doctor, calendar.pk, step) for step in ("retirer", "nonsense")]
    for client in (teammate.client, owner.client, secretary):
        assert [client.get(page).status_code for page in pages] == [404, 404]
        assert [client.post(tap).status_code for tap in taps] == [404, 404]
    assert (
        teammate.client.post(address("change_calendar", teammate, calendar.pk, "retirer")).status_code == 404
    )
    assert doctor.client.post(taps[1]).status_code == 404
    assert [visitor.get(page).status_code for page in pages] == [302, 302]
    health = reverse("calendar_health")
    assert [client.get(health).status_code for client in (secretary, doctor.client, owner.client)] == [
        200,
        404,
        404,
    ]
    assert ExternalCalendar.objects.count() == 1


def test_the_desk_hears_of_silence_after_an_hour(doctor, secretary, django_assert_num_queries):
    calendar = ExternalCalendarFactory(
        practitioner=doctor.practitioner,
        failing_since=SUNDAY_NOON - timedelta(minutes=59),
        trouble=Trouble.GONE,
    )
    assert "agenda extérieur en panne" not in secretary.get(reverse("my_day")).text
    calendar.failing_since = SUNDAY_NOON - timedelta(hours=1)
    calendar.save()
    assert "1 agenda extérieur en panne" in secretary.get(reverse("my_day")).text
    health = reverse("calendar_health")
    page = secretary.get(health)
    assert "l’agenda n’existe plus à cette adresse" in page.text
    assert "secret" not in page.text
    with CaptureQueriesContext(connection) as asked:
        secretary.get(health)
    ExternalCalendarFactory.create_batch(29, practitioner=doctor.practitioner)
    with django_assert_num_queries(len(asked)):
        assert len(secretary.get(health).context["calendars"]) == 30


def test_the_preview_of_a_week_shows_it(doctor):
    calendar = ExternalCalendarFactory(practitioner=doctor.practitioner)
    ExternalBusyFactory(calendar=calendar, start_at=on_monday(14), end_at=on_monday(16), title="Piscine")
    page = doctor.client.get(address("openings", doctor)).text
    assert "agenda extérieur" in page
    assert "Piscine" not in page
