"""The seats of sessions as they are now, read for any number of sessions in a fixed number of queries."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime

from django.db.models import Q

from appointments.models import Appointment
from appointments.seating import NOBODY, Seeker
from core import clock
from partnerships.models import Agreement, ConsultationSession, SeatRule, SessionState
from partnerships.seat_claims import Asked, Claims
from partnerships.seats import Claim, SeatPlan

type Month = tuple[int, int]

FOREVER = datetime.max.replace(tzinfo=UTC)


class Standing:
    """The sessions of some partners over whole months, and who is expected in them."""

    def __init__(self, sessions: Sequence[ConsultationSession], giving_up: Collection[int]) -> None:
        partners = {session.programme.partner_id for session in sessions}
        first = min(session.local_day for session in sessions).replace(day=1)
        last = max(session.local_day for session in sessions)
        start, end = clock.day_bounds(first)[0], clock.day_bounds(_next_month(last))[0]
        others = ConsultationSession.objects.standing().filter(
            programme__partner__in=partners, start_at__gte=start, start_at__lt=end
        )
        known = {session.pk: session for session in sessions}
        # What each contract is asked for; a cancelled session is under none.
        self.professions: dict[int, int] = {}
        for session in others.select_related("programme__category"):
            known.setdefault(session.pk, session)
            self.professions[session.pk] = session.programme.category.profession_id
        self.sessions = known
        self.by_month: dict[Month, list[ConsultationSession]] = defaultdict(list)
        for session in known.values():
            self.by_month[_month(session)].append(session)
        self.people: dict[int, list[Asked]] = defaultdict(list)
        self.moving: dict[int, set[int]] = defaultdict(set)
        self._read_people(start, end, frozenset(giving_up))

    def _read_people(self, start: datetime, end: datetime, giving_up: frozenset[int]) -> None:
        """By time, not by opening: whoever is seen by this professional then takes a seat, whatever for.

        Only in a cancelled session nobody is seen: there it is who was.
        """
        now = clock.now()
        gone = {
            session.opening_id: session.pk
            for session in self.sessions.values()
            if session.state == SessionState.CANCELLED
        }
        days = sorted(
            (session.practitioner_id, session.start_at, session.end_at, session.pk)
            for session in self.sessions.values()
            if session.state != SessionState.CANCELLED
        )
        visits = Appointment.objects.filter(
            Q(held_until=None) | Q(held_until__gt=now),
            practitioner__in={session.practitioner_id for session in self.sessions.values()},
            occupies=True,
            start_at__gte=start,
            start_at__lt=end,
        )
        fields = "pk", "practitioner_id", "start_at", "opening_id", "patient_id", "booked_by_id"
        for pk, practitioner, start_at, opening, patient, actor in visits.order_by().values_list(*fields):
            key = gone.get(opening)
            at = bisect_right(days, (practitioner, start_at, FOREVER))
            if at and days[at - 1][0] == practitioner and start_at < days[at - 1][2]:
                key = days[at - 1][3]
            if key is None:
                continue
            if pk not in giving_up:
                self.people[key].append(Asked(self.sessions[key].programme_id, patient, actor, pk))
            elif patient is not None:
                self.moving[key].add(pk)

    def in_month(self, session: ConsultationSession) -> list[ConsultationSession]:
        same = self.by_month[_month(session)]
        return [one for one in same if one.programme.partner_id == session.programme.partner_id]


def _month(session: ConsultationSession) -> Month:
    return session.local_day.year, session.local_day.month


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def read_plans(
    sessions: Iterable[ConsultationSession], seeker: Seeker = NOBODY
) -> tuple[list[SeatPlan], list[Claim]]:
    """For each session (with its programme) its plan, and how it sees this seeker."""
    sessions = list(sessions)
    if not sessions:
        return [], []
    standing = Standing(sessions, seeker.giving_up)
    wanted = [Asked(session.programme_id, seeker.patient_id, seeker.actor_id) for session in sessions]
    claims = Claims([*wanted, *(one for people in standing.people.values() for one in people)])
    seen = {key: [claims.of(one) for one in people] for key, people in standing.people.items()}
    rules, contracts, today = Rules(sessions), _contracts(sessions), clock.today()
    plans = []
    for session in sessions:
        rule, month = rules.of(session), standing.in_month(session)
        agreed, covered = _agreed(
            contracts[session.programme.partner_id], session, month, standing.professions
        )
        plans.append(
            SeatPlan(
                session,
                today,
                rule,
                list(rule.quotas.all()) if rule else (),
                seen.get(session.pk, ()),
                [
                    claim
                    for one in month
                    if one.programme_id == session.programme_id
                    for claim in seen.get(one.pk, ())
                ],
                agreed,
                None if agreed is None else agreed - sum(len(seen.get(one.pk, ())) for one in covered),
                frozenset(standing.moving[session.pk]),
                sum(one.patient is None for one in standing.people[session.pk]),
            )
        )
    return plans, [claims.of(one) for one in wanted]


class Rules:
    """Two queries: the rules of these sessions and of their programmes, and what they say."""

    def __init__(self, sessions: Sequence[ConsultationSession]) -> None:
        self.own: dict[int, SeatRule] = {}
        self.dated: dict[int, list[SeatRule]] = defaultdict(list)
        found = SeatRule.objects.filter(
            Q(session__in=[session.pk for session in sessions])
            | Q(session=None, programme__in={session.programme_id for session in sessions})
        ).prefetch_related("quotas__profession", "quotas__referrer")
        for rule in found:
            if rule.session_id is not None:
                self.own[rule.session_id] = rule
            else:
                self.dated[rule.programme_id].append(rule)

    def of(self, session: ConsultationSession) -> SeatRule | None:
        own = self.own.get(session.pk)
        return own or next(
            (rule for rule in self.dated[session.programme_id] if rule.holds_on(session.local_day)), None
        )


def _contracts(sessions: Sequence[ConsultationSession]) -> dict[int, list[Agreement]]:
    contracts: dict[int, list[Agreement]] = defaultdict(list)
    partners = {session.programme.partner_id for session in sessions}
    found = Agreement.objects.filter(partner__in=partners, seats_per_month__isnull=False)
    for agreement in found.prefetch_related("suspensions", "professions"):
        contracts[agreement.partner_id].append(agreement)
    return contracts


def _agreed(
    contracts: Sequence[Agreement],
    session: ConsultationSession,
    month: Sequence[ConsultationSession],
    professions: dict[int, int],
) -> tuple[int | None, list[ConsultationSession]]:
    """The month's seats by contract, and the sessions that share them; None where no contract names a figure."""
    holding = [
        one
        for one in contracts
        if one.allows(session.local_day) and _covers(one, professions.get(session.pk))
    ]
    if not holding:
        return None, []
    shared = [
        one for one in month if any(_covers(agreement, professions.get(one.pk)) for agreement in holding)
    ]
    return sum(agreement.seats_per_month or 0 for agreement in holding), shared


def _covers(agreement: Agreement, profession: int | None) -> bool:
    named = {one.pk for one in agreement.professions.all()}
    return profession is not None and (not named or profession in named)
