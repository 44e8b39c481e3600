"""Who is wanted at a meeting, and what he answers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import meeting_messages
from coordination.actions.plan_meeting import MeetingOver
from coordination.actions.seat_time import free_time, take_time
from coordination.models import Answer, ItemConsent, MeetingMember, MeetingState, TeamMeeting
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner


class ChairStays(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La personne qui préside reste invitée : changez d’abord la présidence."))


def invite(
    meeting: TeamMeeting, people: Sequence[Practitioner], *, actor: User, required: bool = False
) -> list[MeetingMember]:
    """Who is invited already stays as he is. Also somebody who comes unannounced, while the meeting runs."""
    with transaction.atomic():
        lock("agenda", *(one.pk for one in people))
        lock("meeting", meeting.pk)
        meeting = _changeable(meeting.pk)
        known = set(meeting.members.values_list("practitioner_id", flat=True))
        rows = [
            MeetingMember(meeting=meeting, practitioner=one, is_required=required)
            for one in people
            if one.pk not in known
        ]
        for row in rows:
            row.save(force_insert=True)
            take_time(row, actor=actor, displace=False)
        if rows:
            record(actor, "meeting.invited", meeting, members=[row.practitioner_id for row in rows])
            meeting_messages.invited(meeting, rows)
    return rows


def uninvite(member: MeetingMember, *, actor: User) -> None:
    """His consents go with him: they were for this meeting."""
    with transaction.atomic():
        lock("agenda", member.practitioner_id)
        lock("meeting", member.meeting_id)
        meeting = _changeable(member.meeting_id)
        if member.practitioner_id == meeting.chair_id:
            raise ChairStays
        free_time(member, actor=actor)
        ItemConsent.objects.in_force().filter(
            item__meeting=meeting, practitioner=member.practitioner_id
        ).update(withdrawn_at=clock.now())
        record(actor, "meeting.uninvited", meeting, member=member.practitioner_id)
        member.delete()


def answer_invitation(
    member: MeetingMember, answer: Answer, *, actor: User, note: str = ""
) -> tuple[MeetingMember, list[int]]:
    """« Je viens » takes his time, patients already booked then join the worklist; « je ne peux pas » gives it back."""
    with transaction.atomic():
        lock("agenda", member.practitioner_id)
        lock("meeting", member.meeting_id)
        member = MeetingMember.objects.select_related("meeting", "practitioner", "absence").get(pk=member.pk)
        if member.meeting.state not in (MeetingState.PLANNED, MeetingState.OPEN):
            raise MeetingOver
        member.answer, member.note, member.answered_at = answer, note[:200], clock.now()
        member.save(update_fields=["answer", "note", "answered_at"])
        stranded: list[int] = []
        if answer == Answer.NO:
            free_time(member, actor=actor)
        else:
            stranded = take_time(member, actor=actor, displace=answer != Answer.WAITING)
        record(actor, "meeting.answered", member, answer=str(answer), stranded=stranded)
    return member, stranded


def _changeable(pk: int) -> TeamMeeting:
    meeting = TeamMeeting.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.OPEN):
        raise MeetingOver
    return meeting
