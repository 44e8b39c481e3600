"""Whatever falls away, whoever was expected, whatever they answer: nobody lost, no seat twice, the turn respected."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, time, timedelta

import time_machine
from django.db.models import Q
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.decline_offer import decline_offer
from appointments.actions.hold import hold
from appointments.actions.send_cascade import NothingToSend
from appointments.models import ACTIVE_STATES, Appointment, Cascade, SlotOffer, Status
from appointments.models.cascade import Step
from core import clock
from core.outbox.models import OutboxMessage, State
from core.refusal import Refusal
from partnerships.actions.by_phone import give_up_by_phone, list_by_phone
from partnerships.actions.carry_on import carry_on_all
from partnerships.actions.change_session import cancel_session, cancel_sessions
from partnerships.actions.session_cascade import WAY, approve, plan_again, take_back
from partnerships.models import ConsultationSession, ExpectedPatient
from partnerships.session_cascade import ENDED, TO_DO, progress_of
from partnerships.session_places import STEPS
from tests.cast import SUNDAY_NOON
from tests.factories.accounts import UserFactory
from tests.factories.partnerships_session_cascade import (
    expected,
    programme,
    reason_of,
    remote_hours,
    session,
)
from tests.factories.practitioners import PractitionerFactory

THURSDAY = clock.at(date(2026, 12, 3), time(14))
ANSWERS = ["yes", "no", "silence", "stops", "phone_no", "phone_list", "stranger", "next_falls", "undo"]
worlds = st.fixed_dictionaries(
    {
        # In which of two sessions, with which priority, waiting since when, without an address.
        "people": st.lists(
            st.tuples(
                st.integers(0, 1),
                st.none() | st.integers(1, 4),
                st.integers(1, 60),
                st.sampled_from([0, 0, 0, 1]),
            ),
            min_size=1,
            max_size=6,
        ),
        "seats": st.lists(st.integers(1, 3), max_size=3),
        "elsewhere": st.integers(0, 2),
        "remote": st.integers(0, 2),
        "answers": st.lists(st.tuples(st.sampled_from(ANSWERS), st.integers(0, 5)), max_size=6),
    }
)


class AnySessionTest(TestCase):
    @settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
    @given(worlds)
    def test_nobody_lost_no_seat_twice(self, world: dict) -> None:
        with time_machine.travel(SUNDAY_NOON, tick=False) as clockwork:
            self.actor = UserFactory()
            cascade, visits = self.build(world)
            self.check(cascade, visits)
            self.in_order(cascade)
            with suppress(NothingToSend):
                approve(cascade, actor=self.actor)
            self.check(cascade, visits)
            for answer, who in world["answers"]:
                self.answer(cascade, answer, who)
                self.pass_time(clockwork, hours=2)
                carry_on_all()
                self.check(cascade, visits)
            # Three offers, each of which may wait for a morning, and the word about the list.
            for _day in range(8):
                self.pass_time(clockwork, hours=26)
                carry_on_all()
            self.check(cascade, visits)
            fates = {one.fate for one in progress_of(cascade, clock.now()).patients}
            assert fates <= ENDED | TO_DO

    def build(self, world: dict) -> tuple[Cascade, set[int]]:
        psychiatry = programme()
        doctor = PractitionerFactory(kind="visiting")
        lost = [
            session(psychiatry, doctor, THURSDAY + timedelta(days=number), actor=self.actor, seats=9)
            for number in range(2)
        ]
        for number, seats in enumerate(world["seats"], start=1):
            session(psychiatry, doctor, THURSDAY + timedelta(weeks=number), actor=self.actor, seats=seats)
        if world["elsewhere"]:
            other = programme(category=psychiatry.category, name="Ailleurs")
            colleague = PractitionerFactory(kind="visiting")
            session(
                other, colleague, THURSDAY + timedelta(days=4), actor=self.actor, seats=world["elsewhere"]
            )
        if world["remote"]:
            remote_hours(psychiatry, THURSDAY + timedelta(days=2), slots=world["remote"])
        visits = {
            expected(
                lost[where],
                number,
                priority=priority,
                waiting_days=days,
                email="" if mute else f"p{number}@example.org",
            ).pk
            for number, (where, priority, days, mute) in enumerate(world["people"])
        }
        _closed, cascade = cancel_sessions(lost, "Grève", by="EPSM", actor=self.actor)
        assert cascade is not None
        return cascade, visits

    def answer(self, cascade: Cascade, answer: str, who: int) -> None:
        rows = list(ExpectedPatient.objects.filter(cascade=cascade).order_by("pk"))
        one = rows[who % len(rows)]
        visit = one.disruption.appointment
        offer = SlotOffer.objects.waiting().filter(replaces=visit).first()
        with suppress(Refusal):
            if answer == "yes" and offer is not None:
                accept_offer(offer, actor=self.actor)
            elif answer == "no" and offer is not None:
                decline_offer(offer, actor=self.actor)
            elif answer == "stops":
                cancel(visit, actor=self.actor, by_staff=True)
            elif answer == "phone_no":
                give_up_by_phone(one, actor=self.actor)
            elif answer == "phone_list":
                list_by_phone(one, actor=self.actor)
            elif answer == "undo":
                take_back(cascade, actor=self.actor)
                plan_again(cascade, actor=self.actor)
                approve(cascade, actor=self.actor)
            elif answer in ("stranger", "next_falls"):
                self.meanwhile(answer)

    def meanwhile(self, answer: str) -> None:
        """A seat goes to somebody else, or the session that is offered falls away too."""
        following = ConsultationSession.objects.standing().coming().order_by("start_at").first()
        if following is None:
            return
        if answer == "next_falls":
            cancel_session(following, "Grève", by="EPSM", actor=self.actor)
        else:
            hold(reason_of(following), following.start_at, holder="passant", audiences=WAY.audiences)

    def pass_time(self, clockwork, **passed: int) -> None:
        clockwork.move_to(clock.now() + timedelta(**passed), tick=False)
        OutboxMessage.objects.filter(state=State.DUE, due_at__lte=clock.now()).update(
            state=State.SENT, sent_at=clock.now()
        )

    def in_order(self, cascade: Cascade) -> None:
        """Everybody may have the same: whoever comes later in turn has nothing better."""
        got = [
            (STEPS.index(Step(one.line.step)), one.line.start_at or clock.now())
            for one in progress_of(cascade, clock.now()).patients
            if one.line.step != Step.CALL
        ]
        programmes_first = [
            pair for pair in got if pair[0] != STEPS.index(Step.OTHER)
        ]  # elsewhere comes before the screen, whatever the hour
        assert programmes_first == sorted(programmes_first)
        assert [step for step, _start in got] == sorted(step for step, _start in got)

    def check(self, cascade: Cascade, visits: set[int]) -> None:
        patients = progress_of(cascade, clock.now()).patients
        assert {one.visit.pk for one in patients} == visits
        assert len(patients) == len(visits)
        assert [one.expected.turn for one in patients] == sorted(one.expected.turn for one in patients)
        sessions = {one.opening_id: one for one in ConsultationSession.objects.standing()}
        taken = Counter(
            Appointment.objects.filter(
                Q(held_until=None) | Q(held_until__gt=clock.now()), occupies=True, opening__in=sessions
            ).values_list("opening", flat=True)
        )
        assert all(taken[opening] <= one.seats for opening, one in sessions.items())
        for one in patients:
            mine = SlotOffer.objects.filter(replaces=one.visit)
            assert mine.filter(state="sent").count() <= 1
            assert mine.filter(state="accepted").count() <= 1
            told = mine.exclude(state="withdrawn")
            assert told.count() == told.values("start_at", "practitioner").distinct().count()
        held = Appointment.objects.filter(status=Status.HELD, held_until__gt=clock.now())
        booked = Appointment.objects.filter(status__in=ACTIVE_STATES, pk__in=visits)
        times = [
            (one.practitioner_id, one.start_at) for one in [*held, *booked.filter(opening__cancelled_at=None)]
        ]
        assert len(times) == len(set(times))
