"""What earlier meetings decided, before the next one begins: done, open, late. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from coordination.access import without_closed
from coordination.meeting_access import ENTRY_KIND, Reader
from coordination.models import MeetingItem, MeetingState, Task, TeamMeeting
from core import clock
from patients.access import visible_patients


@dataclass(frozen=True)
class FollowUp:
    """`hidden` counts the tasks about patients whom the reader does not follow."""

    tasks: list[Task]
    hidden: int


def follow_up(reader: Reader, meeting: TeamMeeting) -> FollowUp:
    """Open tasks of all meetings of this kind, and those settled since the last one. Four queries at most."""
    if reader.practitioner is None:
        return FollowUp([], 0)
    before = (
        TeamMeeting.objects.filter(
            kind=meeting.kind, state=MeetingState.CLOSED, start_at__lt=meeting.start_at
        )
        .order_by("-start_at")
        .first()
    )
    if before is None:
        return FollowUp([], 0)
    born = MeetingItem.objects.filter(meeting__kind=meeting.kind, meeting__state=MeetingState.CLOSED)
    open_to_him = without_closed(born, reader.practitioner, ENTRY_KIND).values("pk")
    his = Q(source_id__in=open_to_him) | Q(owner=reader.user, source_id__in=born.values("pk"))
    recent = Q(state="requested") | Q(settled_at__gte=before.start_at)
    rows = list(
        Task.objects.filter(recent, his, source_type=MeetingItem._meta.label_lower)
        .select_related("owner", "patient")
        .order_by("state", "due_on", "pk")
    )
    keys = {task.patient_id for task in rows if task.patient_id}
    seen = (
        set(visible_patients(reader.user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    )
    shown = [
        task
        for task in rows
        if task.patient_id is None
        or task.owner_id == reader.user.pk
        or (not reader.at_desk and task.patient_id in seen)
    ]
    return FollowUp(shown, len(rows) - len(shown))


def is_late(task: Task) -> bool:
    return task.state == "requested" and task.due_on < clock.today()
