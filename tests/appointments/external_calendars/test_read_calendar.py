"""What is planned elsewhere is read again and again, and is free time no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

import pytest
import time_machine
from django.db import connections, transaction
from django.urls import reverse

from appointments.actions.hold import hold
from appointments.actions.read_calendar import due_calendars, read_calendar, replace_rows
from appointments.availability import free_slots, is_open
from appointments.models import Disruption, ExternalBusy, ExternalCalendar, ScheduleChange
from appointments.models.external_calendar import Trouble
from appointments.tasks import read_one_calendar
from core.audit.models import AuditEvent
from core.db import lock
from core.formats.busy_ics import Busy
from tests.appointments.external_calendars.cast import DENTIST, address, ics, known
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.calendars import CalendarFeedFactory, ExternalCalendarFactory

pytestmark = pytest.mark.django_db

BIRTHDAY = "UID:2\r\nSUMMARY:Anniversaire\r\nDTSTART;VALUE=DATE:20261123"


def starts(doctor) -> list[str]:
    slots = free_slots([doctor.reason], on_monday(0), on_monday(23), now=SUNDAY_NOON)
    return [f"{slot.start_at.astimezone(UTC):%H:%M}" for slot in slots]


@contextmanager
def own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()


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
