"""What the team decided about one patient, in the timeline: the version that stands, at the hour of the meeting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.meeting_access import ENTRY_KIND
from coordination.models import DecisionSheet, ItemConsent, ItemState, MeetingItem, MeetingState
from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


def _items(patient: Patient, reader: Practitioner | None) -> QuerySet[MeetingItem]:
    decided = MeetingItem.objects.filter(
        patient=patient, state=ItemState.DISCUSSED, meeting__state=MeetingState.CLOSED
    ).annotate(at=F("meeting__start_at"))
    if reader is None or reader.kind == Kind.MEMBER:
        return decided
    # From outside the house, as `meeting_access` promises: what the patient agreed to, for who sat there.
    agreed = ItemConsent.objects.in_force().filter(
        practitioner=reader, item__meeting__members__practitioner=reader
    )
    return decided.filter(pk__in=agreed.values("item"))


def _asked(keys: Collection[int]) -> list[QuerySet[Any, Any]]:
    return [
        MeetingItem.objects.filter(pk__in=keys).select_related("meeting__chair"),
        DecisionSheet.objects.validated().filter(item__in=keys).order_by("version"),
    ]


def _lines(rows: Iterable[MeetingItem], sheets: Iterable[DecisionSheet]) -> Iterator[Entry]:
    latest = {sheet.item_id: sheet for sheet in sheets}
    for item in rows:
        assert item.meeting is not None
        standing = latest.get(item.pk)
        yield Entry(
            kind=ENTRY_KIND,
            pk=item.pk,
            at=item.meeting.start_at,
            title=_("Décision de l’équipe"),
            summary=standing.decision if standing else "",
            author=item.meeting.chair.display_name,
            url=reverse("meeting_item", args=[item.pk]),
        )


add_source(
    Source(
        kind=ENTRY_KIND,
        label=gettext_lazy("Réunions de concertation"),
        sign="people",
        at="at",
        rows=_items,
        entries=Words(_asked, _lines),
        author="meeting__chair",
        searched=("question",),
    )
)
