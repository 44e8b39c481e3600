"""The agenda as a calendar program reads it: every visit and absence, at the right time, and no more than is told."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import recurring_ical_events
import time_machine
import vobject
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from icalendar import Calendar

from appointments.models import FeedDetail, PlaceKind, Status
from core import clock
from tests.appointments.calendar_feed.conftest import entries, fetch
from tests.cast import MONDAY, SUNDAY_NOON, make_doctor, on_monday
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, VisitReasonFactory
from tests.factories.calendars import CalendarFeedFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_one_visit_line_by_line(feed, booked, visitor):
    answer = fetch(visitor)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, max-age=300"
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    (event,) = entries(answer).values()
    assert event["UID"] == booked.ics_uid
    assert str(event["DTSTART"].params["TZID"]) == "Europe/Paris"
    assert (event.start, event.end) == (on_monday(9), on_monday(9, 20))
    said = {
        name: str(event[name]) for name in ("SUMMARY", "STATUS", "TRANSP", "CLASS", "SEQUENCE", "LOCATION")
    }
    assert said == {
        "SUMMARY": "Occupé",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "CLASS": "PRIVATE",
        "SEQUENCE": "0",
        "LOCATION": booked.place.one_line_address,
    }
    assert event["URL"].endswith("/ma-journee/?jour=2026-11-23")


@pytest.mark.parametrize(
    ("detail", "plain", "sensitive"),
    [
        (FeedDetail.BUSY, "Occupé", "Occupé"),
        (FeedDetail.REASON, "Consultation", "Occupé"),
        (FeedDetail.INITIALS, "Rendez-vous J. L.", "Occupé"),
    ],
)
def test_what_is_told_of_a_visit(feed, doctor, visitor, detail, plain, sensitive):
    patient = PatientFactory(birth_name="Lefebvre", birth_first_names="Jeanne Marie")
    hidden = VisitReasonFactory(practitioner=doctor.practitioner, name="IVG", is_sensitive=True)
    for reason, hour in ((doctor.reason, 8), (hidden, 9)):
        AppointmentFactory(reason=reason, patient=patient, start_at=on_monday(hour))
    feed.detail = detail
    feed.save()
    answer = fetch(visitor)
    assert [str(event["SUMMARY"]) for event in entries(answer).values()] == [plain, sensitive]
    assert "Lefebvre" not in answer.content.decode()
    assert "IVG" not in answer.content.decode()


def test_cancelled_moved_and_held(feed, doctor, booked, visitor):
    booked.status, booked.cancelled_at, booked.sequence = Status.CANCELLED, clock.now(), 2
    booked.save()
    held = AppointmentFactory(
        reason=doctor.reason,
        start_at=on_monday(8),
        status=Status.HELD,
        patient=None,
        holder="anne",
        held_until=SUNDAY_NOON + timedelta(minutes=5),
    )
    (event,) = entries(fetch(visitor)).values()
    assert (str(event["STATUS"]), str(event["TRANSP"]), event["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 2)
    assert held.status == Status.HELD


def test_absences_whole_days_and_hours_and_nothing_of_why(feed, doctor, visitor):
    AbsenceFactory(
        practitioner=doctor.practitioner,
        start_at=clock.day_bounds(MONDAY)[0],
        end_at=clock.day_bounds(MONDAY + timedelta(days=2))[1],
        note="Genou",
        kind="sick",
    )
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(16))
    answer = fetch(visitor)
    assert [(str(e["SUMMARY"]), e.start, e.end) for e in entries(answer).values()] == [
        ("Absence", date(2026, 11, 23), date(2026, 11, 26)),
        ("Absence", on_monday(14), on_monday(16)),
    ]
    assert "Genou" not in answer.content.decode()
    feed.with_absences = False
    feed.save()
    assert entries(fetch(visitor)) == {}


def test_a_month_back_and_six_ahead(feed, doctor, visitor):
    shown = [date(2026, 10, 22), date(2027, 5, 22)]
    for day in (date(2026, 10, 21), *shown, date(2027, 5, 23)):
        start = clock.day_bounds(day)[0] + timedelta(hours=9)
        AppointmentFactory(reason=doctor.reason, start_at=start)
    assert [event.start.date() for event in entries(fetch(visitor)).values()] == shown


def test_at_home_without_an_address(feed, doctor, visitor):
    AppointmentFactory(
        reason=doctor.reason,
        start_at=on_monday(8),
        place_kind=PlaceKind.HOME,
        patient=PatientFactory(address="12 rue des Lilas"),
    )
    answer = fetch(visitor)
    assert [str(event["LOCATION"]) for event in entries(answer).values()] == ["à domicile"]
    assert "Lilas" not in answer.content.decode()


class AnyAgendaTest(TestCase):
    """Whatever the agenda holds, two parsers that know nothing of each other read the same as the tables say."""

    @settings(max_examples=20)
    @given(
        st.lists(
            st.tuples(
                st.integers(min_value=-25 * 96, max_value=170 * 96),
                st.integers(min_value=1, max_value=30),
                st.sampled_from([Status.BOOKED, Status.CANCELLED, Status.FULFILLED]),
                st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable() and text.strip()),
            ),
            max_size=6,
            unique_by=lambda row: row[3],
        )
    )
    def test_two_parsers_agree(self, rows):
        with time_machine.travel(SUNDAY_NOON, tick=False):
            doctor = make_doctor("Leroy")
            CalendarFeedFactory(practitioner=doctor.practitioner, token="t", detail=FeedDetail.REASON)
            expected = []
            for quarter, length, status, name in rows:
                start = SUNDAY_NOON + timedelta(minutes=15 * quarter)
                end = start + timedelta(minutes=5 * length)
                AppointmentFactory(
                    reason=VisitReasonFactory(practitioner=doctor.practitioner, name=name),
                    start_at=start,
                    end_at=end,
                    blocked_until=end,
                    status=status,
                    is_overbooked=True,
                    cancelled_at=clock.now() if status == Status.CANCELLED else None,
                )
                expected.append((start, end, name, status == Status.CANCELLED))
            answer = fetch(Client(), "t")
        expected.sort(key=str)
        ours = [
            (event.start, event.end, str(event["SUMMARY"]), str(event["STATUS"]) == "CANCELLED")
            for event in Calendar.from_ical(answer.content).walk("VEVENT")
        ]
        assert (
            sorted(((s.astimezone(clock.UTC), e.astimezone(clock.UTC), n, c) for s, e, n, c in ours), key=str)
            == expected
        )
        theirs = vobject.readOne(answer.content.decode())
        read = [
            (
                event.dtstart.value.astimezone(clock.UTC),
                event.dtend.value.astimezone(clock.UTC),
                event.summary.value,
                event.status.value == "CANCELLED",
            )
            for event in getattr(theirs, "vevent_list", [])
        ]
        assert sorted(read, key=str) == expected
        spread = recurring_ical_events.of(Calendar.from_ical(answer.content)).all()
        assert len(list(spread)) == len(expected)


def test_the_zone_is_right_on_both_sides_of_the_change(feed, doctor, visitor):
    for day in (date(2027, 3, 27), date(2027, 3, 28)):
        AppointmentFactory(reason=doctor.reason, start_at=clock.at(day, time(9)))
    text = fetch(visitor).content.decode()
    assert "DTSTART;TZID=Europe/Paris:20270327T090000" in text
    assert "DTSTART;TZID=Europe/Paris:20270328T090000" in text
    found = [event.dtstart.value.utcoffset() for event in vobject.readOne(text).vevent_list]
    assert found == [timedelta(hours=1), timedelta(hours=2)]
