"""Workshops on the shared schedule: an event with its seats, by person and by room; told live; the title kept."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Role
from appointments.access import Reader
from appointments.actions.cancel_session import cancel_session
from appointments.actions.erase import erase
from appointments.actions.plan_sessions import plan_sessions
from appointments.export import everything
from appointments.feed import calendar_of, version_of
from appointments.models import CalendarFeed, FeedDetail, ScheduleChange, WorkshopSession
from appointments.models.workshop import WhoMayEnrol
from appointments.schedule import WORKSHOP, Wanted, read
from appointments.schedule_feed import feed
from appointments.schedule_fill import fill
from core import clock
from patients.models import ErasureRequest
from tests.cast import MONDAY, on_monday
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import EnrolmentFactory, WorkshopFactory
from tests.factories.practitioners import RoomFactory

pytestmark = pytest.mark.django_db

DESK = Reader(None, True)


@pytest.fixture
def session(doctor, teammate):
    """Both animate, in a room, while the doctor's opening would go on."""
    workshop = WorkshopFactory(
        title="Bien dormir", seats=8, animators=[doctor.practitioner, teammate.practitioner]
    )
    plan_sessions(
        workshop,
        [(on_monday(9), on_monday(10))],
        actor=doctor.user,
        place=workshop.place,
        room=RoomFactory(place=workshop.place),
        seats=8,
    )
    return WorkshopSession.objects.get()


def shown(reader, **filters):
    spans = read(reader, Wanted(MONDAY, **filters)).spans
    return sorted((one.practitioner_id, one.label, one.session_id) for one in spans if one.kind == WORKSHOP)


def test_it_stands_in_each_animator_s_column_with_its_seats(session, doctor, teammate):
    EnrolmentFactory(cycle=session.cycle)
    both = sorted(one.practitioner.pk for one in (doctor, teammate))
    assert shown(DESK) == [(pk, "Bien dormir, 1/8", session.pk) for pk in both]
    assert shown(DESK, practitioner=doctor.practitioner.slug) == [
        (doctor.practitioner.pk, "Bien dormir, 1/8", session.pk)
    ]
    assert len(shown(DESK, room=session.room_id)) == 2
    assert shown(DESK, room=RoomFactory(place=session.place).pk) == []
    rows = [row for row in feed(read(DESK, Wanted(MONDAY)))["spans"] if row[0] == WORKSHOP]
    assert rows[0][2:] == [session.room_id, 9 * 60, 10 * 60, "Bien dormir, 1/8", session.pk]
    page = doctor.client.get(reverse("schedule") + "?jour=2026-11-23").text
    assert reverse("workshop_session", args=[session.pk]) in page
    # Two openings of two hours, of which one hour each is the workshop's.
    assert [line.open_minutes for line in fill(read(DESK, Wanted(MONDAY)))] == [120]


def test_a_sensitive_title_is_for_animators_and_desk(session, doctor, teammate):
    workshop = session.cycle.workshop
    workshop.is_sensitive, workshop.who = True, WhoMayEnrol.INVITED
    workshop.save()
    workshop.animators.remove(teammate.practitioner)
    for reader, title in (
        (DESK, "Bien dormir"),
        (Reader(doctor.practitioner.pk, False), "Bien dormir"),
        (Reader(teammate.practitioner.pk, False), "Atelier"),
    ):
        assert {label for _, label, _ in shown(reader)} == {f"{title}, 0/8"}


def test_the_live_schedule_hears_of_dates_and_of_seats(session, doctor, teammate):
    """The database asks its own clock what is still to come: the date stands beyond any day on which this runs."""
    start_at = clock.at(date(2190, 1, 4), time(9))
    [cycle], _ = plan_sessions(
        session.cycle.workshop,
        [(start_at, start_at + timedelta(hours=1))],
        actor=doctor.user,
        place=session.place,
        room=session.room,
        seats=8,
    )
    cancel_session(session, actor=doctor.user)
    both = {one.practitioner.pk for one in (doctor, teammate)}

    def heard():
        owners = set(ScheduleChange.objects.values_list("practitioner_id", flat=True))
        ScheduleChange.objects.all().delete()
        return owners & both

    assert heard() == both
    EnrolmentFactory(cycle=cycle)
    assert heard() == both
    cancel_session(cycle.sessions.get(), actor=doctor.user)
    assert heard() == both
    assert shown(DESK) == []


def test_it_is_on_the_list_of_the_day(session, doctor):
    EnrolmentFactory(cycle=session.cycle)
    page = doctor.client.get(reverse("my_day") + "?jour=2026-11-23").text.replace("\u00a0", " ")
    assert "De 9 h à 10 h" in page
    assert "1/8 inscrits" in page
    assert "1/8 inscrits" not in doctor.client.get(reverse("my_day") + "?jour=2026-11-24").text


@pytest.mark.parametrize(
    ("detail", "sensitive", "summary"),
    [
        (FeedDetail.BUSY, False, "Occupé"),
        (FeedDetail.REASON, False, "Bien dormir"),
        (FeedDetail.REASON, True, "Atelier"),
    ],
)
def test_the_animator_s_own_calendar_knows_it(session, doctor, detail, sensitive, summary):
    feed_row = CalendarFeed(practitioner=doctor.practitioner, detail=detail)
    empty = version_of(feed_row)
    if sensitive:
        session.cycle.workshop.is_sensitive, session.cycle.workshop.who = True, WhoMayEnrol.INVITED
        session.cycle.workshop.save()
        assert version_of(feed_row) != empty
    (event,) = Calendar.from_ical(calendar_of(feed_row)).events
    assert (event.start, str(event["SUMMARY"])) == (on_monday(9), summary)
    WorkshopSession.objects.update(sequence=5)
    assert version_of(feed_row) != empty


def test_what_the_portal_knows_of_her_holds_her_workshops(session, owner):
    row = EnrolmentFactory(cycle=session.cycle, patient=owner.patient)
    (seat,) = everything(owner.user)["workshops"]
    assert (seat["reference"], seat["workshop"], seat["dates"]) == (
        row.reference,
        "Bien dormir",
        [on_monday(9)],
    )


def test_who_is_forgotten_gives_the_seat_back(session, owner, doctor):
    row = EnrolmentFactory(cycle=session.cycle, patient=owner.patient)
    asked = ErasureRequest.objects.create(user=owner.user)
    erase(asked, actor=RoleAssignmentFactory(role=Role.SECRETARY).user)
    row.refresh_from_db()
    session.cycle.refresh_from_db()
    assert (row.state, session.cycle.taken) == ("cancelled", 0)
