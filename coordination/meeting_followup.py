"""What earlier meetings decided, before the next one begins: done, open, late. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from coordination.access import without_closed
from coordination.meeting_access import ENTRY_KIND, Reader
from coordination.models import MeetingItem, MeetingState, Task, TeamMeeting
from core import clock
from patients.access import patients_cared_for
from patients.models.patient import PatientQuerySet


@dataclass(frozen=True)
class FollowUp:
    """`hidden` counts the tasks about patients whom the reader does not follow."""

    tasks: list[Task]
    hidden: int


def follow_up(reader: Reader, meeting: TeamMeeting, cared_for: PatientQuerySet | None = None) -> FollowUp:
    """Open tasks of all meetings of this kind, and those settled since the last one; one query."""
    if reader.practitioner is None:
        return FollowUp([], 0)
    if cared_for is None:
        cared_for = patients_cared_for(reader.user, reader.practitioner)
    before = TeamMeeting.objects.filter(
        kind=meeting.kind, state=MeetingState.CLOSED, start_at__lt=meeting.start_at
    ).order_by("-start_at")
    born = MeetingItem.objects.filter(meeting__kind=meeting.kind, meeting__state=MeetingState.CLOSED)
    open_to_him = without_closed(born, reader.practitioner, ENTRY_KIND).values("pk")
    his = Q(source_id__in=open_to_him) | Q(owner=reader.user, source_id__in=born.values("pk"))
    recent = Q(state="requested") | Q(settled_at__gte=Subquery(before.values("start_at")[:1]))
    rows = list(
        Task.objects.filter(recent, his, Exists(before), source_type=MeetingItem._meta.label_lower)
        .annotate(is_followed=Exists(cared_for.filter(pk=OuterRef("patient"))))
        .select_related("owner", "patient")
        .order_by("state", "due_on", "pk")
    )
    shown: list[Task] = [
        task
        for task in rows
        if task.patient_id is None
        or task.owner_id == reader.user.pk
        or (not reader.at_desk and task.is_followed)
    ]
    return FollowUp(shown, len(rows) - len(shown))


def is_late(task: Task) -> bool:
    return task.state == "requested" and task.due_on < clock.today()
