"""Where else the patients of a cancelled session may be received, and who of them chooses first. Pure: reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from appointments.availability import Slot
from appointments.cascade_places import Given, Places
from appointments.models import Appointment, Audience, Bookability, PlaceKind, VisitReason
from appointments.models.cascade import Step
from partnerships.models import AdvancedConsultation, ConsultationSession, ExpectedPatient, ProgrammeReason
from partnerships.seat_claims import Asked, Claims
from partnerships.seat_plans import read_plans
from partnerships.seats import Claim, SeatPlan
from practitioners.models import Practitioner

# What is tried, in this order; « call » comes last of itself.
STEPS = (Step.SAME, Step.OTHER, Step.WAIT)
WITHIN_DAYS = 90


class SessionPlaces(Places):
    """The next sessions of the programme; else another partner's of the speciality, else a teleconsultation of it.

    A fixed number of queries, however many patients. No session gives more seats than it has for each of them.
    """

    audiences = frozenset({Audience.REFERRER})
    may_be_earlier = True
    counts_seats = True

    def __init__(self, expected: Collection[ExpectedPatient]) -> None:
        """`expected` come with their disruption and with their session's programme and its category."""
        self.expected = {one.disruption.appointment_id: one for one in expected}
        # By reason: the programmes that it serves, and for which kind of visit.
        self.serves: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.kinds: dict[int, str] = {}
        self.programmes: dict[int, AdvancedConsultation] = {}
        self.plans: dict[int, SeatPlan] = {}
        self.shut: set[int] = set()
        self.claims: dict[tuple[int, int | None], Claim] = {}

    def in_turn(self, visit: Appointment) -> Any:
        return self.expected[visit.pk].turn

    def reasons(self, visits: Sequence[Appointment]) -> list[VisitReason]:
        professions = {self._own(visit).category.profession_id for visit in visits}
        self._read_programmes(professions)
        remote = Q(place_kind=PlaceKind.VIDEO, category__profession__in=professions)
        remote &= ~Q(bookable_by=Bookability.STAFF)
        return list(
            VisitReason.objects.filter(
                Q(pk__in=self.serves) | remote | Q(pk__in={visit.reason_id for visit in visits}),
                is_active=True,
                practitioner__in=Practitioner.objects.active(),
            )
            .select_related("practitioner", "category")
            .order_by("practitioner_id", "position", "pk")
        )

    def _read_programmes(self, professions: Collection[int]) -> None:
        offered = AdvancedConsultation.objects.filter(category__profession__in=professions, is_active=True)
        self.programmes = {one.pk: one for one in offered.select_related("partner", "category")}
        rows = ProgrammeReason.objects.filter(programme__in=self.programmes).exclude(visit_reasons=None)
        for reason, programme, kind in rows.values_list("visit_reasons", "programme", "kind"):
            self.serves[reason].append((programme, kind))
            self.kinds[reason] = kind

    def suits(self, visit: Appointment, reason: VisitReason, step: Step) -> bool:
        own = self._own(visit)
        served = self.serves.get(reason.pk, ())
        kind = self.kinds.get(visit.reason_id)
        here = reason.pk == visit.reason_id or any(
            programme == own.pk and kind in (None, for_kind) for programme, for_kind in served
        )
        if step == Step.SAME:
            return here
        if here:
            return False
        if reason.place_kind == PlaceKind.VIDEO:
            return reason.category.profession_id == own.category.profession_id
        return any(
            self.programmes[programme].category.profession_id == own.category.profession_id
            and kind in (None, for_kind)
            for programme, for_kind in served
        )

    def admits(self, visit: Appointment, reason: VisitReason) -> bool:
        """He has been referred to this speciality: what is kept for who is referred is open to him."""
        return reason.pk in self.serves or reason.bookable_by == Bookability.REFERRER

    def read_seats(self, visits: Sequence[Appointment], given: Collection[Given]) -> None:
        """The rules of the seats hold for each person; none on a day on which no agreement stands."""
        found = ConsultationSession.objects.standing().coming().filter(programme__in=self.programmes)
        plans, _nobody = read_plans(found.select_related("programme__category").order_by("start_at", "pk"))
        self.plans = {plan.session.opening_id or 0: plan for plan in plans}
        allowed = {pk: one.allowing() for pk, one in self.programmes.items()}
        self.shut = {
            opening
            for opening, plan in self.plans.items()
            if not allowed[plan.session.programme_id](plan.session.local_day)
        }
        asked = [
            Asked(programme, visit.patient_id, None, visit.pk)
            for visit in visits
            for programme in self.programmes
        ]
        claims = Claims(asked)
        self.claims = {(one.programme, one.visit): claims.of(one) for one in asked}
        for who, start, _end in given:
            for opening, plan in self.plans.items():
                session = plan.session
                if session.practitioner_id == who and session.start_at <= start < session.end_at:
                    self._take(opening, Claim())

    def has_seat(self, slot: Slot, visit: Appointment) -> bool:
        plan = self.plans.get(slot.opening.id)
        if plan is None:
            return True
        return slot.opening.id not in self.shut and not plan.refuses(self._claim(plan, visit))

    def give_seat(self, slot: Slot, visit: Appointment) -> None:
        plan = self.plans.get(slot.opening.id)
        if plan is not None:
            self._take(slot.opening.id, self._claim(plan, visit))

    def _claim(self, plan: SeatPlan, visit: Appointment) -> Claim:
        return self.claims[plan.session.programme_id, visit.pk]

    def _take(self, opening: int, claim: Claim) -> None:
        """In the session itself, and in what the contract and the quotas leave of its month."""
        taken = self.plans[opening].session
        for key, plan in self.plans.items():
            session = plan.session
            if (session.local_day.year, session.local_day.month) != (
                taken.local_day.year,
                taken.local_day.month,
            ) or session.programme.partner_id != taken.programme.partner_id:
                continue
            changes: dict[str, Any] = {}
            if plan.agreed_left is not None:
                changes["agreed_left"] = plan.agreed_left - 1
            if session.programme_id == taken.programme_id:
                changes["month"] = [*plan.month, claim]
            if key == opening:
                changes["claims"] = [*plan.claims, claim]
            self.plans[key] = replace(plan, **changes)

    def key(self, visit: Appointment, step: Step) -> Callable[[Slot], Any]:
        """The very hour that he had, where somebody else holds the session; else the earliest, in the house first."""
        wanted = int(visit.start_at.timestamp())
        if step == Step.SAME:
            return lambda slot: (slot.start != wanted, slot.start)
        return lambda slot: (slot.reason.place_kind == PlaceKind.VIDEO, slot.start)

    def _own(self, visit: Appointment) -> AdvancedConsultation:
        return self.expected[visit.pk].session.programme
