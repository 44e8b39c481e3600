"""The meeting itself: it begins, who is there, what is typed is kept, letter by letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.models import (
    DecisionSheet,
    ItemState,
    MeetingItem,
    MeetingMember,
    MeetingState,
    Presence,
    TeamMeeting,
)
from coordination.models.meeting import CAME
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from practitioners.models.practitioner import Kind

# How long somebody who was there goes on taking part in the care: to the next review and a week, at least a month.
AFTER_REVIEW, AT_LEAST = timedelta(days=7), timedelta(days=30)
EARLY = timedelta(minutes=30)


class NotNow(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La séance s’ouvre une demi-heure avant l’heure prévue, et une seule fois."))


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette réunion n’est pas ouverte : rien n’y est noté."))


class ItemBlocked(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La personne s’oppose à ce que l’équipe échange à son sujet : ce point n’est pas discuté.")
        )


class SomebodyElseWrote(Refusal):
    """`sheet` is how it stands now; what was typed stays on the page."""

    def __init__(self, who: object, sheet: DecisionSheet | TeamMeeting) -> None:
        super().__init__(
            _("%(who)s vient d’écrire ici. Copiez ce qui vous manque, puis rechargez pour continuer.")
            % {"who": who}
        )
        self.current = sheet


def open_meeting(meeting: TeamMeeting, *, actor: User) -> TeamMeeting:
    """Twice is once. Who said that he comes is marked as there; the chair corrects what is different."""
    with transaction.atomic():
        lock("meeting", meeting.pk)
        meeting = TeamMeeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
        if meeting.state == MeetingState.OPEN:
            return meeting
        if meeting.state != MeetingState.PLANNED or clock.now() < meeting.start_at - EARLY:
            raise NotNow
        meeting.state, meeting.opened_at = MeetingState.OPEN, clock.now()
        meeting.save(update_fields=["state", "opened_at"])
        guesses = {"yes": Presence.PRESENT, "remote": Presence.REMOTE, "no": Presence.EXCUSED}
        for answer, presence in guesses.items():
            meeting.members.filter(answer=answer, presence="").update(presence=presence)
        record(actor, "meeting.opened", meeting)
    return meeting


def mark_presence(member: MeetingMember, presence: Presence | None, *, actor: User) -> MeetingMember:
    with transaction.atomic():
        lock("meeting", member.meeting_id)
        _open(member.meeting_id)
        member.presence = presence or ""
        member.save(update_fields=["presence"])
        record(actor, "meeting.presence", member, presence=member.presence)
        for item in MeetingItem.objects.filter(meeting=member.meeting_id, state=ItemState.DISCUSSED):
            join_care(item, None)
    return member


def save_notes(meeting: TeamMeeting, text: str, revision: int, *, actor: User) -> TeamMeeting:
    with transaction.atomic():
        lock("meeting", meeting.pk)
        standing = _open(meeting.pk)
        last = standing.minutes_edited_by
        if standing.notes_revision != revision and last not in (None, actor):
            raise SomebodyElseWrote(last, standing)
        standing.notes, standing.minutes_edited_by = text, actor
        standing.notes_revision += 1
        standing.save(update_fields=["notes", "notes_revision", "minutes_edited_by"])
    return standing


def save_draft(
    item: MeetingItem,
    *,
    actor: User,
    revision: int,
    summary: str,
    decision: str,
    next_review: date | None,
    is_shared: bool,
    plan: Sequence[Mapping[str, str]],
) -> DecisionSheet:
    """Whatever is typed is kept, complete or not. Raises `SomebodyElseWrote` rather than lose another's words."""
    with transaction.atomic():
        assert item.meeting_id is not None
        lock("meeting", item.meeting_id)
        _open(item.meeting_id)
        item = MeetingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if item.state == ItemState.BLOCKED:
            raise ItemBlocked
        sheet = DecisionSheet.objects.drafts().filter(item=item).select_related("edited_by").first()
        if sheet is None:
            sheet = DecisionSheet(item=item)
        elif sheet.revision != revision and sheet.edited_by not in (None, actor):
            raise SomebodyElseWrote(sheet.edited_by, sheet)
        sheet.summary, sheet.decision, sheet.next_review = summary, decision, next_review
        sheet.is_shared, sheet.plan = is_shared, [dict(line) for line in plan]
        sheet.edited_by, sheet.edited_at = actor, clock.now()
        sheet.revision += 1
        is_new = sheet.pk is None
        sheet.save()
        if item.state != ItemState.DISCUSSED:
            item.state = ItemState.DISCUSSED
            item.save(update_fields=["state"])
        join_care(item, next_review)
        if is_new:
            record(actor, "meeting.sheet_begun", sheet, patient_id=item.patient_id)
    return sheet


def join_care(item: MeetingItem, next_review: date | None) -> None:
    """Those of the house who were there take part in this patient's care, for a time; nobody from outside does."""
    if item.patient_id is None or item.meeting_id is None:
        return
    present = MeetingMember.objects.filter(
        meeting=item.meeting_id, presence__in=CAME, practitioner__kind=Kind.MEMBER
    )
    meeting = TeamMeeting.objects.get(pk=item.meeting_id)
    since = clock.local(meeting.start_at).date()
    until = max(since + AT_LEAST, (next_review or since) + AFTER_REVIEW)
    keys = set(present.values_list("practitioner_id", flat=True))
    rows = CareTeamMember.objects.filter(patient=item.patient_id, reason=Reason.MEETING, since=since)
    rows.exclude(practitioner__in=keys).delete()
    known = set(rows.values_list("practitioner_id", flat=True))
    if next_review is not None:
        rows.update(until=until)
    CareTeamMember.objects.bulk_create(
        [
            CareTeamMember(
                patient_id=item.patient_id,
                practitioner_id=key,
                reason=Reason.MEETING,
                since=since,
                until=until,
            )
            for key in sorted(keys - known)
        ]
    )


def _open(pk: int) -> TeamMeeting:
    meeting = (
        TeamMeeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("minutes_edited_by")
        .get(pk=pk)
    )
    if meeting.state != MeetingState.OPEN:
        raise NotOpen
    return meeting
