"""Whoever is touched, whatever is free: nobody is lost, nobody is asked twice, no time is given twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import time_machine
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.accept_offer import accept_offer
from appointments.actions.declare_absence import declare_absence
from appointments.actions.decline_offer import decline_offer
from appointments.actions.plan_cascade import plan_cascade
from appointments.actions.send_cascade import NothingToSend, send_cascade
from appointments.cascade_progress import IN_FLIGHT, Standing, progress_of
from appointments.models import Absence, Disruption, SlotOffer, VisitReason, WaitingRequest
from appointments.models.cascade import Step
from core.refusal import Refusal
from tests.cast import SUNDAY_NOON, make_doctor, on_monday
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory

orders = st.permutations(list(Step)).flatmap(lambda steps: st.integers(1, 4).map(lambda n: steps[:n]))
worlds = st.fixed_dictionaries(
    {
        # Which of six times are booked, by which of four people, for the short or the long visit.
        "visits": st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()),
            min_size=1,
            max_size=6,
            unique_by=(lambda visit: visit[0]),
        ),
        "back": st.integers(0, 4),
        "colleague": st.integers(0, 4),
        "silent": st.sets(st.integers(0, 3), max_size=2),
        "steps": orders,
        "answers": st.lists(st.booleans(), max_size=4),
    }
)


class AnyAbsenceTest(TestCase):
    @settings(max_examples=9, phases=[Phase.explicit, Phase.generate])
    @given(worlds)
    def test_nobody_lost_nobody_twice(self, world: dict) -> None:
        with time_machine.travel(SUNDAY_NOON, tick=False):
            actor = UserFactory()
            absence = self.build(world, actor)
            # A visit that already overran the opening was never fine, and so is not touched by the absence.
            touched = set(Disruption.objects.values_list("appointment_id", flat=True))
            for _round in range(2):
                cascade = plan_cascade(absence, world["steps"], 21, actor=actor)
                self.check(absence, cascade, touched)
                with suppress(NothingToSend):
                    send_cascade(cascade, actor=actor)
                self.check(absence, cascade, touched)
                for answer, offer in zip(
                    world["answers"], SlotOffer.objects.filter(state="sent"), strict=False
                ):
                    with suppress(Refusal):  # the person has another visit by now
                        accept_offer(offer, actor=actor) if answer else decline_offer(offer, actor=actor)
                self.check(absence, cascade, touched)

    def build(self, world: dict, actor: object) -> Absence:
        doctor, colleague = make_doctor("Vandamme"), make_doctor("Caron")
        colleague.practitioner.openings.all().delete()
        long = VisitReason.objects.get(pk=doctor.reason.pk)
        long.pk, long.name, long.duration_minutes = None, "Longue", 40
        long.save()
        people = [
            PatientFactory(
                birth_name=f"P{number}", email="" if number in world["silent"] else f"p{number}@example.org"
            )
            for number in range(4)
        ]
        taken = on_monday(8)
        for number, person, is_long in sorted(world["visits"]):
            start_at = max(taken, on_monday(8) + timedelta(minutes=20 * number))
            visit = AppointmentFactory(
                reason=long if is_long else doctor.reason, patient=people[person], start_at=start_at
            )
            taken = visit.blocked_until
        for one, slots, days in ((doctor, world["back"], 8), (colleague, world["colleague"], 1)):
            if slots:
                start_at = on_monday(14) + timedelta(days=days)
                OpeningFactory(
                    practitioner=one.practitioner,
                    start_at=start_at,
                    end_at=start_at + timedelta(minutes=20 * slots),
                )
        absence = Absence(
            practitioner=doctor.practitioner, start_at=on_monday(0), end_at=on_monday(0) + timedelta(days=7)
        )
        declare_absence(absence, actor=actor)
        return absence

    def check(self, absence: Absence, cascade: object, touched: set[int]) -> None:
        rows = progress_of(absence, cascade).rows
        assert len(rows) == len(touched)
        assert {row.appointment.pk for row in rows} == touched
        drafts = [
            (row.line.reason.practitioner_id, row.line.start_at, row.line.start_at + row.line.reason.duration)
            for row in rows
            if row.standing == Standing.PLANNED and row.line.start_at
        ]
        kept = [
            (one.practitioner_id, one.start_at, one.end_at) for one in SlotOffer.objects.filter(state="sent")
        ]
        every = drafts + kept
        for index, (who, start_at, end_at) in enumerate(every):
            for other, since, until in every[index + 1 :]:
                assert who != other or end_at <= since or until <= start_at
        for row in rows:
            mine = SlotOffer.objects.filter(replaces=row.appointment)
            assert mine.filter(state="sent").count() <= 1
            assert mine.count() == mine.values("start_at", "practitioner").distinct().count()
            waiting = WaitingRequest.objects.live().filter(current=row.appointment).exists()
            if row.standing in IN_FLIGHT:
                assert mine.filter(state="sent").exists() or waiting
