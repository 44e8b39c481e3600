"""The coordinator's desk: what comes, what is missing, who waits, who has not answered. Reads, never writes.

A fixed number of queries, however many sessions, requests and contracts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from coordination.models import Task
from core import clock
from core.db import together
from partnerships import access
from partnerships.board import OVER, needs_renewal
from partnerships.desk_requests import RequestCounts, request_counts
from partnerships.models import (
    Agreement,
    AgreementState,
    ConsultationSession,
    PartnerContact,
    SessionMinutes,
    SessionState,
)
from partnerships.seats import SeatPlan
from partnerships.session_alerts import Alert, alerts_of
from partnerships.session_cascade_list import to_do_numbers
from partnerships.session_fill import fills

# What is shown, and how long one is reminded of minutes that nobody wrote.
SHOWN = timedelta(weeks=4)
OWED = timedelta(days=90)
# A free seat as near as this, while somebody waits, is a hole that one telephones to fill.
SOON = timedelta(days=14)
TASKS_SHOWN = 8
OVER_SINCE = timedelta(days=180)


@dataclass(frozen=True)
class SessionLine:
    fill: SeatPlan
    alerts: list[Alert]
    waiting: int
    is_soon: bool

    @property
    def session(self) -> ConsultationSession:
        return self.fill.session

    @property
    def is_hole(self) -> bool:
        return self.is_soon and self.waiting > 0 and not self.fill.is_full

    @property
    def needs_somebody(self) -> bool:
        return bool(self.alerts) or self.is_hole


@dataclass(frozen=True)
class Week:
    monday: date
    lines: list[SessionLine]


@dataclass(frozen=True)
class Pending:
    """A session whose partner was asked and has not answered."""

    session: ConsultationSession
    asked_at: datetime
    days_left: int

    @property
    def contacts(self) -> list[PartnerContact]:
        found: list[PartnerContact] = self.session.programme.partner.to_ask  # type: ignore[attr-defined]
        return found

    @property
    def is_urgent(self) -> bool:
        return self.days_left <= 3


@dataclass(frozen=True)
class AgreementLine:
    agreement: Agreement
    state: AgreementState
    needs_renewal: bool
    days_left: int


@dataclass(frozen=True)
class Desk:
    now: datetime
    weeks: list[Week]
    pending: list[Pending]
    owed: list[ConsultationSession]
    agreements: list[AgreementLine]
    requests: RequestCounts
    tasks: list[Task]
    # Patients of cancelled sessions for whom somebody of the house has to do something.
    stranded: int

    @property
    def until(self) -> date:
        return clock.local(self.now + SHOWN).date()

    @property
    def lines(self) -> list[SessionLine]:
        return [line for week in self.weeks for line in week.lines]

    @property
    def to_settle(self) -> list[SessionLine]:
        return [line for line in self.lines if line.needs_somebody]

    @property
    def seats(self) -> int:
        return sum(line.session.seats for line in self.lines)

    @property
    def taken(self) -> int:
        return sum(line.fill.taken for line in self.lines)

    @property
    def to_renew(self) -> int:
        return sum(line.needs_renewal for line in self.agreements)


def desk_of(user: User) -> Desk:
    """For who manages the partners (`access.may_manage`)."""
    now = clock.now()
    agreements = list(access.agreements_for(user).order_by("ends_on", "pk"))
    sessions = _sessions(user, now)
    coming = [one for one in sessions if now < one.end_at and one.start_at < now + SHOWN]
    requests = request_counts(now)
    tasks, stranded = together(_tasks(user), to_do_numbers())
    return Desk(
        now=now,
        weeks=_weeks(_lines(coming, agreements, requests, now)),
        pending=_pending(sessions, now),
        owed=[one for one in sessions if one.end_at <= now],
        agreements=_contracts(agreements, clock.local(now).date()),
        requests=requests,
        tasks=tasks,
        stranded=sum(stranded),
    )


def _sessions(user: User, now: datetime) -> list[ConsultationSession]:
    """In one query: those of the coming weeks, those that a partner has been asked about, those without minutes."""
    closed = SessionMinutes.objects.closed().filter(session=OuterRef("pk"))
    asked = Q(state=SessionState.PLANNED, asked_at__isnull=False)
    coming = Q(end_at__gt=now) & (Q(start_at__lt=now + SHOWN) | asked)
    owed = Q(end_at__lte=now, end_at__gt=now - OWED) & ~Exists(closed)
    contacts = PartnerContact.objects.filter(confirms_sessions=True)
    found = access.sessions_for(user).filter(cancelled_at=None)
    found = found.select_related(
        "programme__partner",
        "programme__category",
        "programme__place__centre",
        "programme__equipment_kind",
        "practitioner__profession",
        "room",
        "opening",
    ).annotate(asked_at=Max("notices__sent_at"), chased_at=Max("chases__sent_at"))
    found = found.prefetch_related(Prefetch("programme__partner__contacts", contacts, to_attr="to_ask"))
    return list(found.filter(coming | owed).order_by("start_at", "pk"))


def _lines(
    sessions: Sequence[ConsultationSession],
    agreements: list[Agreement],
    requests: RequestCounts,
    now: datetime,
) -> list[SessionLine]:
    filled = fills(sessions)
    alerts = alerts_of(filled, agreements, now)
    return [
        SessionLine(
            fill=fill,
            alerts=alerts[fill.session.pk],
            waiting=requests.waiting(fill.session.programme_id),
            is_soon=fill.session.start_at < now + SOON,
        )
        for fill in filled
    ]


def _weeks(lines: list[SessionLine]) -> list[Week]:
    def monday(line: SessionLine) -> date:
        day = line.session.local_day
        return day - timedelta(days=day.weekday())

    return [Week(day, list(group)) for day, group in groupby(lines, key=monday)]


def _pending(sessions: list[ConsultationSession], now: datetime) -> list[Pending]:
    today = clock.local(now).date()
    return [
        Pending(
            session=one,
            asked_at=max(moment for moment in (one.asked_at, one.chased_at) if moment),  # type: ignore[attr-defined]
            days_left=(one.local_day - today).days,
        )
        for one in sessions
        if one.state == SessionState.PLANNED and one.start_at > now and one.asked_at  # type: ignore[attr-defined]
    ]


def _contracts(agreements: list[Agreement], today: date) -> list[AgreementLine]:
    """The newest version of each, by its end; what ended long ago is left to the pages of the partners."""
    lines = [
        AgreementLine(one, one.state_on(today), needs_renewal(one, today), (one.ends_really_on - today).days)
        for one in agreements
        if not hasattr(one, "renewed_by") and one.ends_really_on > today - OVER_SINCE
    ]
    kept = [line for line in lines if line.state not in OVER or line.needs_renewal]
    return sorted(kept, key=lambda line: (line.days_left, line.agreement.pk))


def _tasks(user: User) -> QuerySet[Task]:
    """Her own, the most pressing first."""
    mine = Task.objects.open().filter(owner=user, orphaned_at=None)
    return mine.with_people().order_by("due_on", "pk")[:TASKS_SHOWN]
