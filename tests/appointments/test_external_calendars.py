"""Time taken elsewhere is taken here; a calendar that fails forgets nothing and says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.actions.connect_calendar import MOST_CALENDARS
from appointments.actions.hold import hold
from appointments.actions.read_calendar import due_calendars, read_calendar, replace_rows
from appointments.availability import free_slots, is_open
from appointments.models import Disruption, ExternalBusy, ExternalCalendar, ScheduleChange
from appointments.models.external_calendar import Trouble
from appointments.tasks import read_one_calendar
from core.audit.models import AuditEvent
from core.db import lock
from core.formats.busy_ics import Busy
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.calendars import CalendarFeedFactory, ExternalBusyFactory, ExternalCalendarFactory

pytestmark = pytest.mark.django_db


def ics(*events: str) -> bytes:
    body = "\r\n".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


DENTIST = "UID:1\r\nSUMMARY:Dentiste\r\nDTSTART:20261123T080000Z\r\nDTEND:20261123T083000Z"  # 9 h to 9 h 30
BIRTHDAY = "UID:2\r\nSUMMARY:Anniversaire\r\nDTSTART;VALUE=DATE:20261123"


class Elsewhere:
    """What the other side answers just now."""

    def __init__(self) -> None:
        self.status, self.body, self.etag, self.asked = 200, ics(DENTIST), '"1"', 0
        self.address = ""


@pytest.fixture
def elsewhere(settings) -> Iterator[Elsewhere]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    says = Elsewhere()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            says.asked += 1
            same = self.headers.get("If-None-Match") == says.etag and says.status == 200
            body = b"" if same else says.body
            self.send_response(304 if same else says.status)
            self.send_header("ETag", says.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    says.address = f"http://127.0.0.1:{server.server_port}/prive/secret.ics"
    yield says
    server.shutdown()
    server.server_close()


@pytest.fixture
def calendar(doctor, elsewhere) -> ExternalCalendar:
    return ExternalCalendarFactory(practitioner=doctor.practitioner, address=elsewhere.address)


@pytest.fixture
def secretary(db, sunday) -> Client:
    user = UserFactory(email="accueil@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return sign_in(user)


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


def known() -> list[tuple[str, str]]:
    rows = ExternalBusy.objects.order_by("start_at")
    return [
        (f"{row.start_at.astimezone(UTC):%d %H:%M}–{row.end_at.astimezone(UTC):%H:%M}", row.title)
        for row in rows
    ]


def starts(doctor) -> list[str]:
    slots = free_slots([doctor.reason], on_monday(0), on_monday(23), now=SUNDAY_NOON)
    return [f"{slot.start_at.astimezone(UTC):%H:%M}" for slot in slots]


def test_what_is_planned_elsewhere_is_not_offered_here(doctor, teammate, calendar):
    everything = ["07:00", "07:20", "07:40", "08:00", "08:20", "08:40"]
    assert starts(doctor) == everything
    assert read_calendar(calendar.pk) == Trouble.NONE
    assert starts(doctor) == ["07:00", "07:20", "07:40", "08:40"]
    assert starts(teammate) == everything
    place = doctor.practitioner.openings.get().place_id
    asked = (doctor.practitioner.pk, place)
    assert not is_open(*asked, on_monday(9, 20), on_monday(9, 40))
    assert is_open(*asked, on_monday(9, 30), on_monday(9, 50))
    calendar.refresh_from_db()
    assert (calendar.read_at, calendar.failures, calendar.trouble) == (SUNDAY_NOON, 0, "")
    assert calendar.next_read_at == SUNDAY_NOON + timedelta(minutes=15)
    assert "Dentiste" not in calendar.content
    assert known() == [("23 08:00–08:30", "")]


def test_titles_only_where_wanted_and_seen_by_their_owner_alone(doctor, calendar, secretary, teammate):
    calendar.keeps_titles = True
    calendar.save()
    read_calendar(calendar.pk)
    assert known() == [("23 08:00–08:30", "Dentiste")]
    day = reverse("schedule") + "?jour=2026-11-23"
    assert "Dentiste" in doctor.client.get(day).text
    for client in (secretary, teammate.client):
        page = client.get(day).text
        assert "Dentiste" not in page
        assert "agenda extérieur" in page
        feed = client.get(reverse("schedule_feed") + "?jour=2026-11-23")
        assert "Dentiste" not in feed.content.decode()


def test_whole_days_count_unless_told_otherwise(doctor, calendar, elsewhere):
    elsewhere.body = ics(BIRTHDAY)
    read_calendar(calendar.pk)
    assert starts(doctor) == []
    ExternalCalendar.objects.update(counts_whole_days=False, etag="", next_read_at=SUNDAY_NOON)
    read_calendar(calendar.pk)
    assert len(starts(doctor)) == 6


def test_a_changed_feed_replaces_only_what_changed(calendar, elsewhere):
    elsewhere.body = ics(DENTIST, BIRTHDAY)
    read_calendar(calendar.pk)
    kept = ExternalBusy.objects.get(uid="1").pk
    elsewhere.body, elsewhere.etag = ics(DENTIST, DENTIST.replace("UID:1", "UID:3")), '"2"'
    read_calendar(calendar.pk, at_once=True)
    assert sorted(ExternalBusy.objects.values_list("uid", flat=True)) == ["1", "3"]
    assert ExternalBusy.objects.get(uid="1").pk == kept
    assert [line.detail for line in AuditEvent.objects.filter(action="calendar.read").order_by("pk")] == [
        {"added": 2, "gone": 0},
        {"added": 1, "gone": 1},
    ]


def test_the_live_schedule_hears_of_it(calendar, elsewhere):
    ScheduleChange.objects.all().delete()
    read_calendar(calendar.pk)
    (change,) = ScheduleChange.objects.all()
    assert (change.practitioner_id, change.since, change.until) == (
        calendar.practitioner_id,
        on_monday(9),
        on_monday(9, 30),
    )
    elsewhere.body, elsewhere.etag = ics(), '"2"'
    read_calendar(calendar.pk, at_once=True)
    assert ScheduleChange.objects.count() == 2


def test_an_unchanged_feed_is_not_read_again(calendar, elsewhere, monkeypatch):
    read_calendar(calendar.pk)
    monkeypatch.setattr("appointments.actions.read_calendar.understand", lambda *args: pytest.fail("read"))
    assert read_calendar(calendar.pk, at_once=True) == Trouble.NONE
    assert elsewhere.asked == 2


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (500, b"", Trouble.REFUSED),
        (404, b"", Trouble.GONE),
        (403, b"", Trouble.FORBIDDEN),
        (200, b"", Trouble.EMPTY),
        (200, b"<html>Connexion</html>", Trouble.NOT_ICS),
        (200, ics(DENTIST)[:80], Trouble.CUT_OFF),
        (200, ics("UID:1\r\nDTSTART:20261125T100000Z\r\nRRULE:FREQ=SECONDLY"), Trouble.TOO_COMPLEX),
    ],
)
def test_a_failure_forgets_nothing_and_says_since_when(doctor, calendar, elsewhere, status, body, trouble):
    read_calendar(calendar.pk)
    elsewhere.status, elsewhere.body, elsewhere.etag = status, body, '"2"'
    later = SUNDAY_NOON + timedelta(minutes=15)
    with time_machine.travel(later, tick=False):
        assert due_calendars() == [calendar.pk]
        read_one_calendar(calendar.pk)
        page = sign_in(doctor.user).get(address("calendars", doctor)).text
    assert known() == [("23 08:00–08:30", "")]
    calendar.refresh_from_db()
    assert (calendar.failing_since, calendar.trouble, calendar.failures) == (later, trouble, 1)
    assert calendar.read_at == SUNDAY_NOON
    assert "En panne depuis le dimanche 22 novembre, 12 h 15" in page.replace("\u00a0", " ")
    assert "Ce qui était connu bloque toujours vos créneaux." in page
    # It is well again: since when it was not is no longer said.
    elsewhere.status, elsewhere.body = 200, ics(DENTIST)
    with time_machine.travel(later + timedelta(minutes=15), tick=False):
        read_one_calendar(calendar.pk)
    calendar.refresh_from_db()
    assert (calendar.failing_since, calendar.trouble, calendar.failures) == (None, "", 0)
    actions = AuditEvent.objects.filter(action__startswith="calendar.").order_by("pk")
    assert [line.action for line in actions] == ["calendar.read", "calendar.failed", "calendar.recovered"]


def test_failing_calendars_are_asked_less_and_less_often(calendar, elsewhere):
    elsewhere.status = 500
    now, pauses = SUNDAY_NOON, []
    for _ in range(7):
        with time_machine.travel(now, tick=False):
            read_calendar(calendar.pk)
        calendar.refresh_from_db()
        pauses.append((calendar.next_read_at - now) // timedelta(minutes=1))
        now = calendar.next_read_at
    assert pauses == [15, 30, 60, 120, 240, 360, 360]
    assert calendar.failing_since == SUNDAY_NOON


def test_a_series_goes_on_while_its_feed_is_away(calendar, elsewhere):
    elsewhere.body = ics("UID:1\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY")
    read_calendar(calendar.pk)
    last = ExternalBusy.objects.latest("start_at").start_at
    elsewhere.status = 500
    with time_machine.travel(SUNDAY_NOON + timedelta(days=70), tick=False):
        read_calendar(calendar.pk)
    assert ExternalBusy.objects.latest("start_at").start_at > last
    # What is over is tidied away.
    assert ExternalBusy.objects.earliest("start_at").start_at > on_monday(12)


def test_addresses_of_the_inside_are_not_asked(calendar, elsewhere, settings):
    settings.FETCH_PRIVATE_ADDRESSES = False
    assert read_calendar(calendar.pk) == Trouble.PRIVATE
    assert elsewhere.asked == 0


def test_our_own_agenda_read_back_blocks_nothing(doctor, booked, elsewhere, calendar, visitor):
    CalendarFeedFactory(practitioner=doctor.practitioner, token="t")
    elsewhere.body = visitor.get(reverse("calendar_feed", args=["t"])).content
    assert booked.ics_uid.encode() in elsewhere.body
    assert read_calendar(calendar.pk) == Trouble.NONE
    assert known() == []


def test_a_visit_that_collides_is_told_and_left_alone(doctor, booked, calendar, owner):
    read_calendar(calendar.pk)
    booked.refresh_from_db()
    assert (booked.status, Disruption.objects.count()) == ("booked", 0)
    page = doctor.client.get(address("calendars", doctor)).text
    assert "Des rendez-vous déjà pris tombent en même temps" in page
    assert owner.patient.display_name in page
    assert "1 rendez-vous en même temps qu’un agenda extérieur" in doctor.client.get(reverse("my_day")).text


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
        ({"name": ""}, "obligatoire"),
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


@contextmanager
def own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_nobody_books_while_time_is_taken_away(doctor):
    """A booking that is under way (it shares the lock) makes the reading wait, and the other way round."""
    calendar = ExternalCalendarFactory(practitioner=doctor.practitioner)
    row = Busy(int(on_monday(9).timestamp()), int(on_monday(10).timestamp()), "1", "", "", False)
    order: list[str] = []
    booking_has_lock, may_finish = threading.Event(), threading.Event()

    def book() -> None:
        with own_connection(), transaction.atomic():
            lock("agenda", doctor.practitioner.pk, shared=True)
            booking_has_lock.set()
            may_finish.wait(5)
            order.append("booked")

    def read() -> None:
        with own_connection(), transaction.atomic():
            replace_rows(ExternalCalendar.objects.get(pk=calendar.pk), [row])
            order.append("read")

    booking = threading.Thread(target=book)
    booking.start()
    booking_has_lock.wait(5)
    reading = threading.Thread(target=read)
    reading.start()
    may_finish.set()
    booking.join()
    reading.join()
    assert order == ["booked", "read"]
    assert ExternalBusy.objects.count() == 1


def test_a_held_slot_whose_time_is_taken_meanwhile_is_not_booked(doctor, calendar, owner):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    read_calendar(calendar.pk)
    assert not is_open(doctor.practitioner.pk, held.place_id, held.start_at, held.end_at)


def test_the_preview_of_a_week_shows_it(doctor):
    calendar = ExternalCalendarFactory(practitioner=doctor.practitioner)
    ExternalBusyFactory(calendar=calendar, start_at=on_monday(14), end_at=on_monday(16), title="Piscine")
    page = doctor.client.get(address("openings", doctor)).text
    assert "agenda extérieur" in page
    assert "Piscine" not in page
