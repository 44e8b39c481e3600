"""The visits by video of a day as who receives reads them: who waits since when, what can be done. Never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q

from accounts.access import Visitor, gives_care, is_desk
from appointments.models import Delay
from core import clock
from teleconsult.access import in_window, opens_still
from teleconsult.models import (
    OPEN_STATES,
    Participant,
    ParticipantRole,
    VideoState,
    VideoVisit,
    VideoVisitQuerySet,
)

COMING_DAYS = 7
MOST_COMING = 12
# What nobody closed is asked for until then; afterwards the agenda's own list of what was forgotten is enough.
UNCLOSED_DAYS = 7


@dataclass(frozen=True)
class Line:
    """One visit, its people, and what this reader may do with each."""

    visit: VideoVisit
    people: list[Participant]
    reader_id: int
    now: datetime
    late: int = 0

    @property
    def own(self) -> Participant | None:
        """The reader himself, where he takes part."""
        return next((one for one in self.people if one.user_id == self.reader_id), None)

    @property
    def admits(self) -> bool:
        return self.own is not None and self.own.role == ParticipantRole.PRACTITIONER and self.visit.is_open

    @property
    def others(self) -> list[Participant]:
        """Those who come to the door: everybody but who receives."""
        return [
            one for one in self.people if one.role != ParticipantRole.PRACTITIONER and not _is_revoked(one)
        ]

    @property
    def waiting(self) -> list[Participant]:
        return [one for one in self.others if one.is_at_the_door]

    @property
    def is_open(self) -> bool:
        return self.visit.is_open and in_window(self.visit, self.now)

    @property
    def takes_links(self) -> bool:
        return opens_still(self.visit, self.now)

    @property
    def is_past(self) -> bool:
        """Over by the clock, and nobody has said how it went."""
        return self.visit.is_open and self.now >= self.visit.appointment.end_at

    @property
    def nurse(self) -> Participant | None:
        return next((one for one in self.people if one.role == ParticipantRole.NURSE), None)

    @property
    def expected_at(self) -> datetime:
        return self.visit.appointment.start_at + timedelta(minutes=self.late)


def _is_revoked(participant: Participant) -> bool:
    invitation = getattr(participant, "invitation", None)
    return invitation is not None and invitation.revoked_at is not None


def minutes_since(then: datetime, now: datetime) -> int:
    return max(0, int((now - then).total_seconds()) // 60)


def may_see_list(user: Visitor) -> bool:
    return gives_care(user) or is_desk(user)


def visits_for(user: Visitor) -> VideoVisitQuerySet:
    """All at the desk; for a professional those in which he takes part."""
    rows = VideoVisit.objects.exclude(state=VideoState.CANCELLED)
    return rows if is_desk(user) else rows.filter(Q(participants__user=user.pk or 0))


def lines_of(visits: VideoVisitQuerySet, user: Visitor, now: datetime) -> list[Line]:
    """Three queries, however many visits and people."""
    people = Participant.objects.select_related("invitation").order_by("pk")
    rows = list(
        visits.with_details()
        .prefetch_related(Prefetch("participants", people))
        .order_by("appointment__start_at", "pk")
    )
    late = _delays(rows, now)
    return [
        Line(
            row,
            list(row.participants.all()),
            user.pk or 0,
            now,
            late.get(row.appointment.practitioner_id, 0) if row.started_at is None else 0,
        )
        for row in rows
    ]


def _delays(rows: Iterable[VideoVisit], now: datetime) -> dict[int, int]:
    today = clock.local(now).date()
    here = {
        row.appointment.practitioner_id
        for row in rows
        if clock.local(row.appointment.start_at).date() == today
    }
    return Delay.objects.minutes_of(here) if here else {}


@dataclass(frozen=True)
class Lists:
    today: list[Line]
    unclosed: list[Line]
    coming: list[Line]

    @property
    def waiting(self) -> int:
        return sum(len(line.waiting) for line in self.today)


def lists_for(user: Visitor, now: datetime) -> Lists:
    """What was left open, today, the days to come: one read."""
    start, end = clock.day_bounds(clock.local(now).date())
    left_open = Q(
        appointment__start_at__gte=start - timedelta(days=UNCLOSED_DAYS),
        appointment__start_at__lt=start,
        state__in=OPEN_STATES,
    )
    ahead = Q(appointment__start_at__gte=start, appointment__start_at__lt=end + timedelta(days=COMING_DAYS))
    lines = lines_of(visits_for(user).filter(left_open | ahead), user, now)

    def between(low: datetime | None, high: datetime | None) -> list[Line]:
        return [
            line
            for line in lines
            if (low is None or line.visit.appointment.start_at >= low)
            and (high is None or line.visit.appointment.start_at < high)
        ]

    return Lists(between(start, end), between(None, start), between(end, None)[:MOST_COMING])
