"""Whatever happens to the agenda and whatever people answer: the promises of the waiting list hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from operator import attrgetter

import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.change_request import set_priority
from appointments.actions.decline_offer import decline_offer
from appointments.actions.hold import hold
from appointments.actions.offer_freed import offer_freed, sweep_waiting_list
from appointments.models import Appointment, SlotOffer, Status, WaitingRequest
from appointments.models.waiting import Priority, RequestState
from core import clock
from core.outbox import quiet_hours
from core.refusal import Refusal
from tests.cast import SUNDAY_NOON, make_doctor, on_monday
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.waiting import WaitingRequestFactory

MOST = 3
ANSWER = timedelta(minutes=30)
WISHES = [
    {},
    {"half": "matin"},
    {"half": "apres-midi", "notice_minutes": 240},
    {"notice_minutes": 1440},
    {},
]
steps = st.one_of(
    st.tuples(st.just("free"), st.integers(0, 11)),
    st.tuples(st.just("yes"), st.integers(0, 4)),
    st.tuples(st.just("no"), st.integers(0, 4)),
    st.tuples(st.just("first"), st.integers(0, 4)),
    st.tuples(st.just("passer-by"), st.integers(0, 11)),
    st.tuples(st.just("wait"), st.sampled_from([10, 31, 600, 1500])),
)


class AnyHistoryTest(TestCase):
    """Twelve taken times, five people who wait, one agenda."""

    @settings(max_examples=14)
    @given(st.lists(steps, min_size=3, max_size=14))
    def test_the_promises_hold(self, history: list[tuple[str, int]]) -> None:
        with time_machine.travel(SUNDAY_NOON, tick=False) as traveller:
            self.build()
            for step, number in history:
                if step == "wait":
                    traveller.shift(timedelta(minutes=number))
                    sweep_waiting_list()
                else:
                    self.do(step, number)
                    self.run_and_check_the_order()
                self.check()

    def build(self) -> None:
        self.actor = UserFactory()
        doctor = make_doctor("Vandamme")
        self.reason = doctor.reason
        self.times = [on_monday(8) + timedelta(minutes=20 * n) for n in range(6)]
        afternoon = on_monday(14) + timedelta(days=1)
        OpeningFactory(
            practitioner=doctor.practitioner, start_at=afternoon, end_at=afternoon + timedelta(hours=2)
        )
        self.times += [afternoon + timedelta(minutes=20 * n) for n in range(6)]
        for start_at in self.times:
            AppointmentFactory(reason=self.reason, start_at=start_at)
        self.people = [
            WaitingRequestFactory(created_at=SUNDAY_NOON - timedelta(days=number), **wish)
            for number, wish in enumerate(WISHES)
        ]

    def do(self, step: str, number: int) -> None:
        try:
            if step == "free":
                cancel(Appointment.objects.get(**self.at(number)), actor=self.actor, by_staff=True)
            elif step == "passer-by":
                hold(self.reason, self.times[number], holder=f"passant {number}")
            elif step == "first":
                set_priority(self.people[number], Priority.FIRST, "essai", actor=self.actor)
            else:
                offer = SlotOffer.objects.get(request=self.people[number], state="sent")
                if step == "yes":
                    accept_offer(offer, actor=self.actor)
                else:
                    decline_offer(offer, actor=self.actor)
        except (Appointment.DoesNotExist, SlotOffer.DoesNotExist, Refusal):
            return  # this history asks for what is not there

    def at(self, number: int) -> dict[str, object]:
        return {"start_at": self.times[number], "status": Status.BOOKED}

    def run_and_check_the_order(self) -> None:
        """Nobody is given a time that somebody before him wanted, could have had, and was not offered anything."""
        now = clock.now()
        queue = list(WaitingRequest.objects.filter(state=RequestState.OPEN).in_turn())
        before = set(SlotOffer.objects.values_list("pk", flat=True))
        offer_freed()
        made = {one.request_id: one for one in SlotOffer.objects.exclude(pk__in=before)}
        for earlier, later in combinations(queue, 2):
            offer = made.get(later.pk)
            if offer is not None and earlier.pk not in made:
                refused = earlier.offers.filter(start_at=offer.start_at).exists()
                assert refused or not self.could_have(earlier, offer.start_at, now)

    def could_have(self, request: WaitingRequest, start_at: datetime, now: datetime) -> bool:
        morning = quiet_hours.morning_after(now) if quiet_hours.is_quiet(now) else now
        return request.wants(start_at) and start_at >= morning + ANSWER + request.notice

    def check(self) -> None:
        offers = list(SlotOffer.objects.select_related("held", "request").order_by("pk"))
        open_now = [one for one in offers if one.is_waiting(clock.now())]
        assert len({one.start_at for one in open_now}) == len(open_now)
        assert all(not quiet_hours.is_quiet(one.sent_at) for one in offers)
        assert all(one.start_at >= one.expires_at + one.request.notice for one in offers)
        for request in WaitingRequest.objects.all():
            mine = [one for one in offers if one.request_id == request.pk]
            assert len(mine) == request.notices <= MOST
            assert len({one.start_at for one in mine}) == len(mine)
            assert sum(one.state == "sent" for one in mine) == (request.state == RequestState.OFFERED)
        for one in open_now:
            assert (one.held.status, one.held.held_until) == (Status.HELD, one.expires_at)
        taken = sorted(Appointment.objects.filter(occupies=True), key=attrgetter("start_at"))
        alive = [row for row in taken if row.held_until is None or row.held_until > clock.now()]
        assert len({row.start_at for row in alive}) == len(alive)
