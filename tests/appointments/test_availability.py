"""Free slots of one morning, each rule by itself; as many queries for eight as for one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from appointments.availability import find_slot, first_free, free_slots, is_open, nearest_slots
from appointments.models import Audience, Opening, Status, VisitReason
from core import clock
from tests.appointments.monday_story import MONDAY, NOW, paris
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.practitioners import PlaceFactory, RoomFactory


def shown(slots) -> list[str]:
    return [f"{clock.local(slot.start_at):%a %H:%M}" for slot in slots]


def day_of(reason: VisitReason, day: date = MONDAY, **options) -> list[str]:
    start, end = clock.day_bounds(day)
    return shown(free_slots([reason], start, end, now=NOW, **options))


@pytest.mark.django_db
class TestOneMorning:
    @pytest.fixture
    def reason(self) -> VisitReason:
        reason = VisitReasonFactory(notice_minutes=0)
        OpeningFactory(practitioner=reason.practitioner, start_at=paris(8), end_at=paris(9, 30))
        return reason

    def test_every_step_of_the_grid_that_fits_is_offered(self, reason):
        assert day_of(reason) == ["Mon 08:00", "Mon 08:20", "Mon 08:40", "Mon 09:00"]

    def test_an_appointment_and_its_buffer_take_their_time(self, reason):
        AppointmentFactory(reason=reason, start_at=paris(8), end_at=paris(8, 20), blocked_until=paris(8, 25))
        assert day_of(reason) == ["Mon 08:40", "Mon 09:00"]

    def test_our_own_buffer_must_not_run_into_the_next_patient(self, reason):
        AppointmentFactory(reason=reason, start_at=paris(8, 40))
        reason.buffer_minutes = 5
        assert day_of(reason) == ["Mon 08:00", "Mon 09:00"]

    def test_our_own_buffer_may_run_past_the_opening(self, reason):
        reason.buffer_minutes = 60
        assert "Mon 09:00" in day_of(reason)

    def test_an_absence_cuts_without_moving_the_grid(self, reason):
        AbsenceFactory(practitioner=reason.practitioner, start_at=paris(8, 10), end_at=paris(8, 30))
        assert day_of(reason) == ["Mon 08:40", "Mon 09:00"]

    def test_the_house_is_closed(self, reason):
        ClosureFactory(centre=reason.practitioner.centre, start_at=paris(0), end_at=paris(9))
        assert day_of(reason) == ["Mon 09:00"]

    def test_the_closure_of_another_place_changes_nothing(self, reason):
        annexe = PlaceFactory(name="Annexe")
        ClosureFactory(centre=reason.practitioner.centre, place=annexe, start_at=paris(0), end_at=paris(23))
        assert len(day_of(reason)) == 4

    def test_the_room_is_taken_by_a_colleague(self, reason):
        room = RoomFactory()
        Opening.objects.update(room=room)
        colleague = VisitReasonFactory(duration_minutes=30)
        AppointmentFactory(reason=colleague, room=room, start_at=paris(8, 30))
        assert day_of(reason) == ["Mon 08:00", "Mon 09:00"]

    def test_a_running_hold_counts_and_an_expired_one_does_not(self, reason):
        for minute, until in ((0, NOW + timedelta(minutes=5)), (20, NOW - timedelta(seconds=1))):
            AppointmentFactory(
                reason=reason,
                patient=None,
                status=Status.HELD,
                holder="visiteur",
                held_until=until,
                start_at=paris(8, minute),
            )
        assert day_of(reason) == ["Mon 08:20", "Mon 08:40", "Mon 09:00"]

    @pytest.mark.parametrize("status", [Status.CANCELLED, Status.LAPSED])
    def test_what_was_given_up_is_free(self, reason, status):
        AppointmentFactory(reason=reason, start_at=paris(8), status=status, cancelled_at=NOW)
        assert "Mon 08:00" in day_of(reason)

    def test_notice_and_horizon_bound_the_public_but_not_the_staff(self, reason):
        reason.notice_minutes = 90
        assert day_of(reason) == ["Mon 08:40", "Mon 09:00"]
        assert len(day_of(reason, ignore_notice=True)) == 4
        reason.notice_minutes, reason.horizon_days = 0, 3
        friday = MONDAY + timedelta(days=4)
        OpeningFactory(practitioner=reason.practitioner, start_at=paris(8, day=friday))
        assert day_of(reason, friday) == []
        assert len(day_of(reason, friday, ignore_notice=True)) == 12

    def test_an_opening_for_other_reasons_or_other_people_is_not_offered(self, reason):
        opening = Opening.objects.get()
        opening.reasons.add(VisitReasonFactory(practitioner=reason.practitioner))
        assert day_of(reason) == []
        opening.reasons.add(reason)
        assert len(day_of(reason)) == 4
        Opening.objects.update(audience=Audience.STAFF)
        assert day_of(reason) == []
        assert len(day_of(reason, audiences=[Audience.STAFF])) == 4

    def test_overlapping_openings_offer_a_start_once(self, reason):
        OpeningFactory(practitioner=reason.practitioner, start_at=paris(8, 20), end_at=paris(10))
        assert day_of(reason) == [
            "Mon 08:00",
            "Mon 08:20",
            "Mon 08:40",
            "Mon 09:00",
            "Mon 09:20",
            "Mon 09:40",
        ]

    def test_find_first_and_nearest(self, reason):
        AppointmentFactory(reason=reason, start_at=paris(8, 20))
        assert find_slot(reason, paris(8, 20), now=NOW) is None
        assert find_slot(reason, paris(8, 50), now=NOW) is None
        found = find_slot(reason, paris(8, 40), now=NOW)
        assert found is not None
        assert (found.start_at, found.end_at) == (paris(8, 40), paris(9))
        assert shown(first_free([reason], NOW, now=NOW).values()) == ["Mon 08:00"]
        assert shown(nearest_slots([reason], paris(8, 20), now=NOW)) == [
            "Mon 08:00",
            "Mon 08:40",
            "Mon 09:00",
        ]

    def test_first_free_looks_weeks_ahead(self, reason):
        Opening.objects.all().delete()
        far = MONDAY + timedelta(days=80)
        OpeningFactory(practitioner=reason.practitioner, start_at=paris(8, day=far))
        nobody = VisitReasonFactory()
        found = first_free([reason, nobody], NOW, now=NOW)
        assert {key: slot.start_at for key, slot in found.items()} == {reason.pk: paris(8, day=far)}

    def test_is_open(self, reason):
        place = PlaceFactory()
        ours = (reason.practitioner_id, place.pk)
        assert is_open(*ours, paris(8), paris(9, 30))
        assert not is_open(*ours, paris(8), paris(9, 40))
        assert not is_open(reason.practitioner_id, PlaceFactory(name="Annexe").pk, paris(8), paris(9))
        AbsenceFactory(practitioner=reason.practitioner, start_at=paris(9), end_at=paris(10))
        assert is_open(*ours, paris(8), paris(9))
        assert not is_open(*ours, paris(8, 30), paris(9, 10))


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    reasons = [VisitReasonFactory(notice_minutes=0) for _ in range(8)]
    for reason in reasons:
        for days in range(20):
            OpeningFactory(
                practitioner=reason.practitioner, start_at=paris(8, day=MONDAY + timedelta(days=days))
            )
    for few, days in ((reasons[:1], 1), (reasons, 90)):
        with django_assert_num_queries(1):
            assert free_slots(few, NOW, NOW + timedelta(days=days), now=NOW)
