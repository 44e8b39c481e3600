"""The chair validates: decisions become versions that nobody changes, tasks and papers; a correction is one more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from coordination import minutes_pdf
from coordination.actions.add_task import add_task
from coordination.actions.agenda import release_items
from coordination.actions.run_meeting import NotOpen, join_care
from coordination.models import (
    DecisionSheet,
    MeetingItem,
    MeetingState,
    Minutes,
    MinutesKind,
    Presence,
    SheetAction,
    TeamMeeting,
)
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class SheetIncomplete(Refusal):
    """Says which item, by its number on the agenda, and what is missing."""


class NobodyCame(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Notez qui est là : un compte rendu sans présent ne prouve rien."))


class NotValidatedYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une correction vient après la validation du compte rendu."))


def close_meeting(meeting: TeamMeeting, *, actor: User) -> TeamMeeting:
    """All or nothing. What was not discussed goes to the next date. Twice is once."""
    with transaction.atomic():
        lock("meeting", meeting.pk)
        meeting = TeamMeeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
        if meeting.state == MeetingState.CLOSED:
            return meeting
        if meeting.state != MeetingState.OPEN:
            raise NotOpen
        if not meeting.members.filter(presence__in=[Presence.PRESENT, Presence.REMOTE]).exists():
            raise NobodyCame
        meeting.members.filter(presence="").update(presence=Presence.ABSENT)
        sheets = DecisionSheet.objects.drafts().filter(item__meeting=meeting).select_related("item__patient")
        for number, sheet in enumerate(sheets.order_by("item__position", "item"), start=1):
            validate_sheet(sheet, actor=actor, number=number)
        meeting.state, meeting.closed_at, meeting.closed_by = MeetingState.CLOSED, clock.now(), actor
        meeting.save(update_fields=["state", "closed_at", "closed_by"])
        freeze_meeting(meeting, MinutesKind.WHOLE)
        freeze_meeting(meeting, MinutesKind.ANONYMOUS)
        release_items(meeting)
        record(actor, "meeting.closed", meeting, sheets=len(sheets))
    return meeting


def correct_sheet(
    item: MeetingItem,
    *,
    actor: User,
    why: str,
    summary: str,
    decision: str,
    next_review: date | None,
    is_shared: bool,
    plan: Sequence[Mapping[str, str]],
) -> DecisionSheet:
    """The former version stays as it was, beside the new one; only new lines become tasks."""
    with transaction.atomic():
        assert item.meeting_id is not None
        lock("meeting", item.meeting_id)
        meeting = TeamMeeting.objects.get(pk=item.meeting_id)
        former = DecisionSheet.objects.validated().filter(item=item).order_by("-version").first()
        if former is None or meeting.state != MeetingState.CLOSED:
            raise NotValidatedYet
        sheet = DecisionSheet.objects.create(
            item=item,
            version=former.version + 1,
            summary=summary,
            decision=decision,
            next_review=next_review,
            is_shared=is_shared,
            plan=[dict(line) for line in plan],
            why=why,
            edited_by=actor,
        )
        validate_sheet(sheet, actor=actor, number=item.position)
        freeze_meeting(meeting, MinutesKind.WHOLE)
        record(actor, "meeting.sheet_corrected", sheet, patient_id=item.patient_id, version=sheet.version)
    return sheet


def validate_sheet(sheet: DecisionSheet, *, actor: User, number: int) -> None:
    """Under the lock of its meeting."""
    if not sheet.decision.strip():
        raise SheetIncomplete(_("Point %(number)s : écrivez la décision.") % {"number": number})
    lines = [_complete(line, number) for line in sheet.plan if any(line.values())]
    known = {
        (one.title, one.owner_id, one.due_on): one.task
        for one in SheetAction.objects.filter(sheet__item=sheet.item_id).select_related("task")
    }
    sheet.validated_at, sheet.validated_by = clock.now(), actor
    sheet.content_hash = _hash(sheet)
    sheet.save()
    for title, owner, due_on in lines:
        if (title, owner.pk, due_on) in known:
            SheetAction.objects.create(sheet=sheet, title=title, owner=owner, due_on=due_on)
            continue
        task = add_task(
            actor, title, owner=owner, due_on=due_on, patient=sheet.item.patient, source=sheet.item
        )
        SheetAction.objects.create(sheet=sheet, title=title, owner=owner, due_on=due_on, task=task)
    join_care(sheet.item, sheet.next_review)
    assert sheet.item.meeting is not None
    _freeze(sheet.item.meeting, MinutesKind.PATIENT, minutes_pdf.of_patient(sheet), sheet)
    record(actor, "meeting.sheet_validated", sheet, patient_id=sheet.item.patient_id, hash=sheet.content_hash)


def freeze_meeting(meeting: TeamMeeting, kind: MinutesKind) -> Minutes:
    write = minutes_pdf.whole if kind == MinutesKind.WHOLE else minutes_pdf.anonymous
    return _freeze(meeting, kind, write(meeting), None)


def _freeze(meeting: TeamMeeting, kind: MinutesKind, content: bytes, sheet: DecisionSheet | None) -> Minutes:
    rows = Minutes.objects.filter(meeting=meeting, kind=kind, sheet=sheet)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    return Minutes.objects.create(
        meeting=meeting,
        kind=kind,
        sheet=sheet,
        version=last + 1,
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
    )


def _complete(line: Mapping[str, str], number: int) -> tuple[str, User, date]:
    title = line.get("title", "").strip()
    owner = User.objects.filter(pk=line.get("owner") or 0, is_active=True).first()
    try:
        due_on = date.fromisoformat(line.get("due_on", ""))
    except ValueError:
        due_on = None
    if not title or owner is None or due_on is None:
        raise SheetIncomplete(
            _("Point %(number)s : chaque suite a besoin de « quoi », « qui » et « pour quand ».")
            % {"number": number}
        )
    return title, owner, due_on


def _hash(sheet: DecisionSheet) -> str:
    said = {
        "item": sheet.item_id,
        "version": sheet.version,
        "summary": sheet.summary,
        "decision": sheet.decision,
        "next_review": sheet.next_review.isoformat() if sheet.next_review else None,
        "plan": sheet.plan,
        "validated_at": sheet.validated_at.isoformat() if sheet.validated_at else None,
        "validated_by": sheet.validated_by_id,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
