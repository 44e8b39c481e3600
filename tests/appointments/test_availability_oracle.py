"""Free slots against an oracle that tries every start, one minute of reasoning at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.availability import free_slots
from appointments.models import (
    Absence,
    Appointment,
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
