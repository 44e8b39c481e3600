"""A date of the team is fixed, changed or called off: the room, the members' time, and who is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.close_resource import AlreadyClosed, ResourceInUse, close_resource
from appointments.actions.reopen_resource import reopen_resource
from appointments.models import ResourceClosure
from appointments.models.resource import Purpose
from appointments.resources import visits_touched
from coordination import meeting_messages
from coordination.actions.agenda import gather_waiting, release_items
from coordination.actions.seat_time import free_time, take_time
from coordination.models import Answer, MeetingMember, MeetingSeries, MeetingState, TeamMeeting
from core import clock
from core.audit.record import record
from core.db import lock
from core.formats import french
from core.refusal import Refusal
from practitioners.models import Centre, Place, Practitioner, Room


class RoomTaken(Refusal):
    """Named with its day, since a series has many."""

    def __init__(self, start_at: datetime, sentence: object) -> None:
        super().__init__(f"{french.full_day(start_at).capitalize()} : {sentence}")


class NoDate(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Gardez au moins une date à venir."))


class MeetingOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette réunion est commencée, passée ou annulée : elle ne change plus."))


@dataclass(frozen=True)
class Plan:
    """What all dates of a series share."""

    centre: Centre
    kind: str
    title: str
    place: Place
    room: Room | None
    chair: Practitioner
    required: Sequence[Practitioner] = ()
    others: Sequence[Practitioner] = ()
    remote_link: str = ""
    every_n_weeks: int = 1

    @property
    def people(self) -> dict[int, bool]:
        """Practitioner → indispensable. The chair always is."""
        return {one.pk: False for one in self.others} | {one.pk: True for one in (self.chair, *self.required)}


def plan_meetings(
    plan: Plan, times: Sequence[tuple[datetime, datetime]], *, actor: User
) -> list[TeamMeeting]:
    """All or nothing. Members with patients at that hour keep them until they answer; raises `RoomTaken`, `NoDate`."""
    now = clock.now()
    if not times or any(start_at <= now for start_at, _end in times):
        raise NoDate
    with transaction.atomic():
        lock_agendas(plan.people, plan.room, times)
        series = None
        if len(times) > 1:
            series = MeetingSeries.objects.create(every_n_weeks=plan.every_n_weeks, created_by=actor)
        meetings = [_one(plan, start_at, end_at, series, actor) for start_at, end_at in sorted(times)]
        gather_waiting(plan.kind)
    return meetings


def _one(
    plan: Plan, start_at: datetime, end_at: datetime, series: MeetingSeries | None, actor: User
) -> TeamMeeting:
    meeting = TeamMeeting.objects.create(
        centre=plan.centre,
        series=series,
        kind=plan.kind,
        title=plan.title,
        start_at=start_at,
        end_at=end_at,
        place=plan.place,
        room=plan.room,
        remote_link=plan.remote_link,
        chair=plan.chair,
        created_by=actor,
    )
    members = MeetingMember.objects.bulk_create(
        [
            MeetingMember(meeting=meeting, practitioner_id=key, is_required=required)
            for key, required in plan.people.items()
        ]
    )
    _take_room(meeting, actor)
    for member in members:
        take_time(member, actor=actor, displace=False)
    record(actor, "meeting.planned", meeting, start=start_at.isoformat(), members=sorted(plan.people))
    meeting_messages.invited(meeting, members)
    return meeting


def move_meeting(
    meeting: TeamMeeting,
    *,
    start_at: datetime,
    end_at: datetime,
    place: Place,
    room: Room | None,
    actor: User,
) -> TeamMeeting:
    """Answers were for the old date: everybody is asked again, patients are told of the new one."""
    if start_at <= clock.now():
        raise NoDate
    with transaction.atomic():
        members = _locked(meeting, room, [(meeting.start_at, meeting.end_at), (start_at, end_at)])
        meeting = _planned(meeting.pk)
        _give_back(meeting, members, actor)
        previous = meeting.start_at
        meeting.start_at, meeting.end_at, meeting.place, meeting.room = start_at, end_at, place, room
        meeting.sequence += 1
        meeting.save(update_fields=["start_at", "end_at", "place", "room", "sequence"])
        _take_room(meeting, actor)
        for member in members:
            member.meeting, member.answer, member.answered_at = meeting, Answer.WAITING, None
            member.save(update_fields=["answer", "answered_at"])
            take_time(member, actor=actor, displace=False)
        record(actor, "meeting.moved", meeting, was=previous.isoformat(), start=start_at.isoformat())
        meeting_messages.moved(meeting, members)
    return meeting


def cancel_meeting(meeting: TeamMeeting, *, actor: User, reason: str = "") -> TeamMeeting:
    """Twice is once. What was on the agenda goes to the next date, or waits for one."""
    with transaction.atomic():
        members = _locked(meeting, meeting.room, [(meeting.start_at, meeting.end_at)])
        meeting = TeamMeeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)
        if meeting.is_cancelled:
            return meeting
        if meeting.state != MeetingState.PLANNED:
            raise MeetingOver
        meeting.state = MeetingState.CANCELLED
        meeting.sequence += 1
        meeting.save(update_fields=["state", "sequence"])
        _give_back(meeting, members, actor)
        release_items(meeting)
        record(actor, "meeting.cancelled", meeting, reason=reason[:300])
        meeting_messages.cancelled(meeting, members)
    return meeting


def lock_agendas(
    people: Collection[int], room: Room | None, times: Sequence[tuple[datetime, datetime]]
) -> None:
    """Of the members and of everybody booked in the room then, all at once: two callers cannot cross."""
    keys = set(people)
    for start_at, end_at in times if room is not None else ():
        closure = ResourceClosure(room=room, start_at=start_at, end_at=end_at)
        keys |= set(visits_touched(closure).values_list("practitioner_id", flat=True))
    lock("agenda", *keys)


def _locked(
    meeting: TeamMeeting, room: Room | None, times: Sequence[tuple[datetime, datetime]]
) -> list[MeetingMember]:
    people = list(meeting.members.values_list("practitioner_id", flat=True))
    lock_agendas(people, room, times)
    lock("meeting", meeting.pk)
    return list(meeting.members.select_related("practitioner__user", "absence", "meeting").order_by("pk"))


def _planned(pk: int) -> TeamMeeting:
    meeting = TeamMeeting.objects.select_for_update(of=("self",), no_key=True).with_place().get(pk=pk)
    if meeting.state != MeetingState.PLANNED:
        raise MeetingOver
    return meeting


def _give_back(meeting: TeamMeeting, members: Sequence[MeetingMember], actor: User) -> None:
    for member in members:
        free_time(member, actor=actor)
    if meeting.room_closure is not None:
        closure, meeting.room_closure = meeting.room_closure, None
        meeting.save(update_fields=["room_closure"])
        reopen_resource(closure, actor=actor)


def _take_room(meeting: TeamMeeting, actor: User) -> None:
    """Patients keep their room: whoever wants it for a meeting looks for another."""
    if meeting.room is None:
        return
    closure = ResourceClosure(
        room=meeting.room,
        start_at=meeting.start_at,
        end_at=meeting.end_at,
        label=meeting.title,
        purpose=Purpose.RESERVED,
    )
    try:
        close_resource(closure, actor=actor, displace=False)
    except (AlreadyClosed, ResourceInUse) as refusal:
        raise RoomTaken(meeting.start_at, refusal.sentence) from refusal
    meeting.room_closure = closure
    meeting.save(update_fields=["room_closure"])
