"""Workshops on the shared schedule: an event with its seats, by person and by room; told live; the title kept."""

import pytest
from django.urls import reverse

from appointments.access import Reader
from appointments.actions.cancel_session import cancel_session
from appointments.actions.plan_sessions import plan_sessions
from appointments.models import ScheduleChange, WorkshopSession
from appointments.models.workshop import WhoMayEnrol
from appointments.schedule import WORKSHOP, Wanted, read
from appointments.schedule_feed import feed
from appointments.schedule_fill import fill
from tests.cast import MONDAY, on_monday
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
    both = {one.practitioner.pk for one in (doctor, teammate)}

    def heard():
        owners = set(ScheduleChange.objects.values_list("practitioner_id", flat=True))
        ScheduleChange.objects.all().delete()
        return owners & both

    assert heard() == both
    EnrolmentFactory(cycle=session.cycle)
    assert heard() == both
    cancel_session(session, actor=doctor.user)
    assert heard() == both
    assert shown(DESK) == []
