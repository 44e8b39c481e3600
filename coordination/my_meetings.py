"""What a patient reads of the meetings that speak of him. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from coordination.models import DecisionSheet, MeetingItem, MeetingMember
from core import clock


@dataclass
class MyItem:
    """Who takes part: those of the house, and from outside only whom he agreed to."""

    item: MeetingItem
    people: list[MeetingMember] = field(default_factory=list)
    sheet: DecisionSheet | None = None


def meetings_of_patients(keys: Collection[int]) -> tuple[list[MyItem], list[MyItem]]:
    """To come, and past with the decision that he may read. Four queries, however many."""
    rows = list(
        MeetingItem.objects.standing()
        .filter(patient__in=keys, meeting__isnull=False)
        .exclude(meeting__state="cancelled")
        .select_related("patient", "meeting__place")
        .prefetch_related("consents")
        .order_by("meeting__start_at", "pk")
    )
    people: dict[int, list[MeetingMember]] = {}
    members = MeetingMember.objects.filter(meeting__in={row.meeting_id for row in rows})
    for member in members.select_related("practitioner__profession").order_by("pk"):
        people.setdefault(member.meeting_id, []).append(member)
    sheets: dict[int, DecisionSheet] = {}
    validated = DecisionSheet.objects.validated().filter(item__in=rows).prefetch_related("actions__owner")
    for sheet in validated.order_by("version"):
        sheets[sheet.item_id] = sheet
    now = clock.now()
    coming: list[MyItem] = []
    past: list[MyItem] = []
    for row in rows:
        assert row.meeting is not None
        agreed = {one.practitioner_id for one in row.consents.all() if one.withdrawn_at is None}
        mine = MyItem(row, sheet=sheets.get(row.pk))
        seats = people.get(row.meeting_id or 0, [])
        seats = [seat for seat in seats if not seat.is_outside or seat.practitioner_id in agreed]
        is_over = row.meeting.is_closed or row.meeting.end_at < now
        mine.people = [seat for seat in seats if seat.came] if is_over else seats
        if not is_over:
            coming.append(mine)
        elif row.state == "discussed" and mine.sheet is not None:
            past.insert(0, mine)
    return coming, past
