"""Cancelled sessions whose patients are not all looked after, and the latest ones whose are. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from appointments.models import CascadeLine, Status
from appointments.models.cascade import Step
from partnerships.models import ConsultationSession, ExpectedPatient

# A plan in which all has ended is shown so long.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class PlanLine:
    # The earliest of the plan: its page shows all the others.
    session: ConsultationSession
    sessions: int
    patients: int
    waiting: int
    to_do: int

    @property
    def done(self) -> int:
        return self.patients - self.waiting


def plan_lines(now: datetime) -> list[PlanLine]:
    """Where somebody has something to do first, then what is under way. Two queries, however many plans."""
    shown = Q(waiting__gt=0) | Q(cascade__made_at__gt=now - KEPT_FOR)
    numbers = {row["cascade"]: row for row in _numbers().filter(shown)}
    sessions: dict[int, list[ConsultationSession]] = defaultdict(list)
    rows = ConsultationSession.objects.filter(cancellation__cascade__in=list(numbers))
    rows = rows.select_related("programme__partner", "practitioner", "cancellation")
    for row in rows.order_by("start_at", "pk"):
        sessions[row.cancellation.cascade_id].append(row)
    lines = [
        PlanLine(held[0], len(held), *(numbers[pk][name] for name in ("patients", "waiting", "to_do")))
        for pk, held in sessions.items()
    ]
    return sorted(lines, key=lambda one: (not one.to_do, not one.waiting, one.session.start_at))


def to_do_count() -> int:
    """How many patients of all plans wait for somebody of the house; one query."""
    return sum(to_do_numbers())


def to_do_numbers() -> Any:
    """Of each plan, for who asks them together with something else."""
    return _numbers().filter(to_do__gt=0).values_list("to_do", flat=True)


def _numbers() -> Any:
    """By plan. The same as `session_cascade.TO_DO` and `UNDER_WAY`, counted by the database."""
    is_open = Q(listed_at=None, disruption__settled_at=None, disruption__appointment__status=Status.BOOKED)
    answers = CascadeLine.objects.filter(
        cascade=OuterRef("cascade"), appointment=OuterRef("disruption__appointment"), sent_at__isnull=False
    ).exclude(step=Step.CALL)
    rows = ExpectedPatient.objects.annotate(goes_on=Exists(answers)).order_by()
    return rows.values("cascade").annotate(
        made_at=F("cascade__made_at"),
        patients=Count("pk"),
        waiting=Count("pk", filter=is_open),
        to_do=Count("pk", filter=is_open & Q(goes_on=False)),
    )
