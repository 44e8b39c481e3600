"""Free slots against an oracle that tries every start, one minute of reasoning at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.availability import find_slot, first_free, free_slots, is_open, nearest_slots
from appointments.models import (
    Absence,
    Appointment,
    Audience,
    Closure,
    ExternalBusy,
    Opening,
    ResourceClosure,
    Status,
    VisitReason,
)
from core import clock
from practitioners.models import Equipment
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.calendars import ExternalBusyFactory, ExternalCalendarFactory
from tests.factories.practitioners import (
    EquipmentFactory,
    EquipmentKindFactory,
    PlaceFactory,
    PractitionerFactory,
    RoomFactory,
)

MONDAY = date(2026, 11, 23)
NOW = clock.at(MONDAY, time(7))


def paris(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return clock.at(day, time(hour, minute))


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


DAY_START = clock.at(date(2026, 10, 24), time.min)  # the clock goes back on Sunday the 25th
QUARTERS = 4 * 24 * 3
moments = st.integers(0, QUARTERS - 1)


def instant(quarter: int) -> datetime:
    return DAY_START + timedelta(minutes=15 * quarter)


spans = st.tuples(moments, st.integers(1, 40))
reasons = st.fixed_dictionaries(
    {
        "duration_minutes": st.sampled_from([5, 10, 15, 20, 30, 45]),
        "buffer_minutes": st.sampled_from([0, 5, 10]),
        "grid_minutes": st.sampled_from([5, 10, 20, 30]),
        "notice_minutes": st.sampled_from([0, 60, 600]),
        "horizon_days": st.sampled_from([1, 2, 30]),
    }
)
agendas = st.fixed_dictionaries(
    {
        "reason": reasons,
        "openings": st.lists(st.tuples(spans, st.booleans(), st.booleans()), max_size=6),
        "absences": st.lists(spans, max_size=3),
        "outside": st.lists(spans, max_size=3),
        "closures": st.lists(st.tuples(spans, st.sampled_from(["house", "place", "annexe"])), max_size=2),
        "visits": st.lists(st.tuples(spans, st.sampled_from(["mine", "room", "held", "stale"])), max_size=8),
        # What the reason needs, where such devices stand, who has them, and what is out of use.
        "needs": st.booleans(),
        "units": st.lists(st.sampled_from(["place", "annexe", "retired"]), max_size=3),
        "taken": st.lists(
            st.tuples(spans, st.integers(0, 2), st.sampled_from(["booked", "held", "stale"])), max_size=5
        ),
        "shut": st.lists(st.tuples(spans, st.sampled_from(["room", 0, 1, 2])), max_size=3),
        "window": spans,
        "now": st.integers(0, QUARTERS // 2),
    }
)


class OracleTest(TestCase):
    @settings(max_examples=80)
    @given(agendas)
    def test_the_sweep_equals_the_oracle(self, agenda):
        with transaction.atomic():
            reason, start, end, now = lay_out(agenda)
            found = {slot.start_at for slot in free_slots([reason], start, end, now=now)}
            expected = set(oracle(reason, start, end, now))
            assert found == expected
            first = {slot.start_at for slot in free_slots([reason], start, end, now=now, first_only=True)}
            assert first == ({min(expected)} if expected else set())
            transaction.set_rollback(True)


def lay_out(agenda) -> tuple[VisitReason, datetime, datetime, datetime]:
    practitioner = PractitionerFactory()
    reason = VisitReasonFactory(practitioner=practitioner, **agenda["reason"])
    place, annexe, room = PlaceFactory(), PlaceFactory(name="Annexe"), RoomFactory()
    now = instant(agenda["now"])
    for (begin, length), in_room, cancelled in agenda["openings"]:
        OpeningFactory(
            practitioner=practitioner,
            place=place,
            room=room if in_room else None,
            start_at=instant(begin),
            end_at=instant(begin + length),
            cancelled_at=now if cancelled and in_room else None,
        )
    for begin, length in agenda["absences"]:
        AbsenceFactory(practitioner=practitioner, start_at=instant(begin), end_at=instant(begin + length))
    calendar = ExternalCalendarFactory(practitioner=practitioner)
    for begin, length in agenda["outside"]:
        ExternalBusyFactory(calendar=calendar, start_at=instant(begin), end_at=instant(begin + length))
    for (begin, length), what in agenda["closures"]:
        ClosureFactory(
            centre=practitioner.centre,
            place={"house": None, "place": place, "annexe": annexe}[what],
            start_at=instant(begin),
            end_at=instant(begin + length),
        )
    colleague = VisitReasonFactory()
    for (begin, length), what in agenda["visits"]:
        visit = {
            "start_at": instant(begin),
            "end_at": instant(begin + length),
            "blocked_until": instant(begin + length) + timedelta(minutes=5),
            # Two visits of the oracle may overlap; the constraint is not what is tested here.
            "is_overbooked": True,
        }
        if what in ("held", "stale"):
            late = timedelta(minutes=1 if what == "held" else -1)
            visit |= {"status": Status.HELD, "patient": None, "holder": "v", "held_until": now + late}
        if what == "room":
            clash = Appointment.objects.filter(
                room=room, start_at__lt=visit["blocked_until"], blocked_until__gt=visit["start_at"]
            )
            if not clash.exists():
                AppointmentFactory(reason=colleague, room=room, **visit)
        else:
            AppointmentFactory(reason=reason, **visit)
    _lay_out_resources(agenda, reason, colleague, {"place": place, "annexe": annexe, "room": room}, now)
    begin, length = agenda["window"]
    return reason, instant(begin), instant(begin + length), now


def _lay_out_resources(agenda, reason, colleague, walls, now) -> None:
    kind = EquipmentKindFactory()
    if agenda["needs"]:
        reason.equipment_kind = kind
        reason.save()
    units = [
        EquipmentFactory(kind=kind, place=walls.get(where, walls["place"]), is_active=where != "retired")
        for where in agenda["units"]
    ]
    for (begin, length), unit, what in agenda["taken"]:
        state = {}
        if what != "booked":
            late = timedelta(minutes=1 if what == "held" else -1)
            state = {"status": Status.HELD, "patient": None, "holder": "v", "held_until": now + late}
        clash = Appointment.objects.filter(
            equipment=units[unit] if unit < len(units) else None,
            start_at__lt=instant(begin + length),
            blocked_until__gt=instant(begin),
        )
        if unit < len(units) and not clash.exists():
            AppointmentFactory(
                reason=colleague,
                equipment=units[unit],
                is_overbooked=True,
                start_at=instant(begin),
                end_at=instant(begin + length),
                blocked_until=instant(begin + length),
                **state,
            )
    for (begin, length), what in agenda["shut"]:
        start, end = instant(begin), instant(begin + length)
        if what != "room" and what >= len(units):
            continue
        resource = {"room": walls["room"]} if what == "room" else {"equipment": units[what]}
        if not ResourceClosure.objects.filter(**resource, start_at__lt=end, end_at__gt=start).exists():
            ResourceClosure.objects.create(**resource, start_at=start, end_at=end, label="Travaux")


def has_unit(units, place, at, length, whole, busy) -> bool:
    """One device stands there, in service, and nobody has it while the visit and its buffer last."""
    for unit in units:
        taken = any(
            visit.equipment_id == unit.pk and visit.start_at < at + whole and visit.blocked_until > at
            for visit in busy
        )
        shut = any(shut.start_at < at + length and shut.end_at > at for shut in unit.closures.all())
        if unit.place_id == place and not taken and not shut:
            return True
    return False


def oracle(reason: VisitReason, start: datetime, end: datetime, now: datetime):
    """Every minute of every opening is tried against every rule."""
    length, whole = reason.duration, reason.duration + reason.buffer
    last_day = clock.local(now).date() + timedelta(days=reason.horizon_days)
    away: list[Absence | ExternalBusy] = [
        *Absence.objects.filter(practitioner=reason.practitioner),
        *ExternalBusy.objects.filter(practitioner=reason.practitioner),
    ]
    closures = list(Closure.objects.all())
    shut_rooms = list(ResourceClosure.objects.filter(equipment=None))
    units = list(
        Equipment.objects.filter(kind=reason.equipment_kind_id, is_active=True).prefetch_related("closures")
    )
    busy = [
        visit
        for visit in Appointment.objects.filter(occupies=True)
        if visit.held_until is None or visit.held_until > now
    ]
    for opening in Opening.objects.filter(practitioner=reason.practitioner, cancelled_at=None):
        at = opening.start_at
        while at + length <= opening.end_at:
            ok = start <= at < end
            ok = ok and at >= now + timedelta(minutes=reason.notice_minutes)
            ok = ok and clock.local(at).date() <= last_day
            ok = ok and not any(a.start_at < at + length and a.end_at > at for a in away)
            ok = ok and not any(
                c.start_at < at + length and c.end_at > at and c.place_id in (None, opening.place_id)
                for c in closures
            )
            ok = ok and not any(
                visit.start_at < at + whole
                and visit.blocked_until > at
                and (
                    visit.practitioner_id == reason.practitioner_id
                    or (opening.room_id is not None and visit.room_id == opening.room_id)
                )
                for visit in busy
            )
            ok = ok and not any(
                shut.start_at < at + length and shut.end_at > at
                for shut in shut_rooms
                if shut.room_id == opening.room_id
            )
            if ok and reason.equipment_kind_id is not None:
                ok = has_unit(units, opening.place_id, at, length, whole, busy)
            if ok:
                yield at.astimezone(UTC)
            at += timedelta(minutes=reason.grid_minutes)
