"""A series is moved to other times, or given back whole."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import pytest

from appointments.actions.book_series import (
    SeriesEnded,
    SessionsLost,
    add_sessions,
)
from appointments.actions.cancel_series import cancel_series
from appointments.actions.move_following import move_following
from appointments.models import Appointment, AppointmentSeries, Status, VisitReason
from appointments.series import Pattern, Target
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.appointments.series.cast import at, begin, proposal
from tests.cast import MONDAY
from tests.factories.appointments import (
    AppointmentFactory,
)


class TestAfterwards:
    @pytest.fixture
    def series(self, physio, owner) -> AppointmentSeries:
        made = begin(physio, owner.patient, owner.user)
        OutboxMessage.objects.filter(kind="appointments.several_booked").delete()
        return made

    def starts(self, series) -> list[datetime]:
        return list(series.sessions.coming().order_by("start_at").values_list("start_at", flat=True))

    def test_all_move_where_the_next_one_was(self, series, physio, owner):
        """By one session each: every new time but the last is the old time of another."""
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date() + timedelta(days=7), "", time(8)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        moves = dict(zip([row.pk for row in rows], [one.slot for one in found.sessions], strict=True))
        for _twice in range(2):
            assert len(move_following(series, moves, actor=owner.user)) == 4
        assert self.starts(series) == [at(1, 0, 8), at(1, 3, 8), at(2, 0, 8), at(2, 3, 8)]
        assert set(series.sessions.values_list("sequence", flat=True)) == {1}
        assert AuditEvent.objects.filter(action="appointment.moved").count() == 4
        assert OutboxMessage.objects.filter(kind="appointments.several_moved").count() == 1
        waiting = OutboxMessage.objects.filter(kind="appointments.reminder.days", state=State.DUE)
        assert sorted(waiting.values_list("payload__sequence", flat=True)) == [1, 1, 1, 1]

    def test_one_lost_and_nobody_moves(self, series, physio, owner):
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date() + timedelta(days=7), "", time(8)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        before = self.starts(series)
        AppointmentFactory(reason=physio, start_at=at(2, 3, 8))
        with pytest.raises(SessionsLost):
            move_following(
                series,
                dict(zip([row.pk for row in rows], [one.slot for one in found.sessions], strict=True)),
                actor=owner.user,
            )
        assert self.starts(series) == before
        assert AuditEvent.objects.filter(action="appointment.moved").count() == 0

    def test_half_an_hour_later_overlaps_nobody_but_itself(self, series, physio, owner):
        physio.grid_minutes = 15
        physio.save()
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date(), "", time(8, 15)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        assert [clock.local(one.slot.start_at).time() for one in found.sessions] == [time(8, 15)] * 4

    def test_all_coming_ones_are_given_back(self, series, owner):
        done = series.sessions.order_by("start_at").first()
        Appointment.objects.filter(pk=done.pk).update(status=Status.FULFILLED)
        for _twice in range(2):
            cancel_series(series, actor=owner.user, note="Guérie")
        series.refresh_from_db()
        assert (series.is_running, series.ended_by) == (False, owner.user)
        assert sorted(series.sessions.values_list("status", flat=True)) == ["cancelled"] * 3 + ["fulfilled"]
        assert AuditEvent.objects.filter(action="series.ended").count() == 1
        assert OutboxMessage.objects.filter(kind="appointments.several_cancelled").count() == 1
        assert not OutboxMessage.objects.filter(
            kind__startswith="appointments.reminder", state=State.DUE
        ).exclude(subject_id=done.pk)
        with pytest.raises(SeriesEnded):
            add_sessions(series, self.slot(series), actor=owner.user, key=uuid.uuid4())

    def slot(self, series):
        later = Pattern(MONDAY + timedelta(days=28), (0,))
        reason = VisitReason.objects.select_related("practitioner__centre").get(pk=series.reason_id)
        return proposal(reason, series.patient, later, 1).slots
