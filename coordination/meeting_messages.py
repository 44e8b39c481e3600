"""What meetings make the house send. Members: when, where, how many points. Patients: that they may say no.

No name of a patient, no word of what is asked: the agenda is read after signing in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from appointments.notifications.people import people_of
from coordination.models import Answer, ItemState, MeetingItem, MeetingMember, MeetingState, TeamMeeting
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue, withdraw
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from patients.models import Patient

TEMPLATES = "coordination/messages"
INVITED = "meetings.invited"
MOVED = "meetings.moved"
CANCELLED = "meetings.cancelled"
REMINDER = "meetings.reminder"
PATIENT_INFORMED = "meetings.patient_informed"
REMINDER_LEAD = timedelta(days=2)


def invited(meeting: TeamMeeting, members: Sequence[MeetingMember]) -> None:
    """The invitation now, a reminder two days before."""
    _tell(INVITED, meeting, members)
    _remind(meeting, members)


def moved(meeting: TeamMeeting, members: Sequence[MeetingMember]) -> None:
    withdraw(meeting, [INVITED, REMINDER])
    _tell(MOVED, meeting, members)
    _remind(meeting, members)
    for item in MeetingItem.objects.waiting().filter(meeting=meeting).select_related("patient", "meeting"):
        if item.patient_id is not None:
            patient_informed(item)


def cancelled(meeting: TeamMeeting, members: Sequence[MeetingMember]) -> None:
    withdraw(meeting, [INVITED, MOVED, REMINDER])
    _tell(CANCELLED, meeting, members)


def patient_informed(item: MeetingItem) -> None:
    """Everybody who acts for the person, by e-mail: once for each date."""
    meeting = item.meeting
    if item.patient is None or meeting is None or meeting.start_at <= clock.now():
        return
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{PATIENT_INFORMED}:{item.pk}:{meeting.pk}.{meeting.sequence}:{person.label}",
                kind=PATIENT_INFORMED,
                channel=Channel.EMAIL,
                recipient_id=person.user_id,
                address=person.email,
                language=person.language,
                payload={"meeting": meeting.pk, "sequence": meeting.sequence},
                due_at=clock.now(),
                expires_at=meeting.start_at,
                **about(item),
            )
            for person in people_of(item.patient)
            if person.email
        ]
    )


def _tell(kind: str, meeting: TeamMeeting, members: Iterable[MeetingMember]) -> None:
    if meeting.start_at > clock.now():
        enqueue([_message(kind, meeting, user, clock.now()) for user in _users(members)])


def _remind(meeting: TeamMeeting, members: Iterable[MeetingMember]) -> None:
    due = meeting.start_at - REMINDER_LEAD
    if due > clock.now():
        enqueue([_message(REMINDER, meeting, user, due) for user in _users(members)])


def _users(members: Iterable[MeetingMember]) -> list[User]:
    keys = [member.practitioner_id for member in members]
    return list(User.objects.filter(practitioner__in=keys, is_active=True).order_by("pk"))


def _message(kind: str, meeting: TeamMeeting, user: User, due: datetime) -> OutboxMessage:
    return email_to(
        user,
        kind,
        meeting,
        f"{meeting.pk}.{meeting.sequence}:{user.pk}",
        {"sequence": meeting.sequence},
        due_at=due,
        expires_at=meeting.start_at,
    )


def _still_wanted(
    messages: Sequence[OutboxMessage], *, state: str, but_no: bool = False
) -> Mapping[int, str]:
    """To those who are still invited, while the meeting stands as it was told."""
    meetings = TeamMeeting.objects.in_bulk([message.subject_id or 0 for message in messages])
    seats = MeetingMember.objects.filter(meeting__in=meetings, practitioner__user__isnull=False)
    if but_no:
        seats = seats.exclude(answer=Answer.NO)
    wanted = set(seats.values_list("meeting_id", "practitioner__user_id"))
    emails = dict(
        User.objects.filter(pk__in={message.recipient_id for message in messages}).values_list("pk", "email")
    )
    return {
        message.pk: emails[message.recipient_id or 0]
        for message in messages
        if (meeting := meetings.get(message.subject_id or 0)) is not None
        and meeting.state == state
        and meeting.sequence == message.payload.get("sequence")
        and (meeting.pk, message.recipient_id) in wanted
    }


def _still_to_be_discussed(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    items = MeetingItem.objects.select_related("meeting").in_bulk([m.subject_id or 0 for m in messages])
    emails = dict(
        User.objects.filter(
            pk__in={message.recipient_id for message in messages if message.recipient_id}
        ).values_list("pk", "email")
    )
    return {
        message.pk: emails.get(message.recipient_id or 0, message.address)
        for message in messages
        if (item := items.get(message.subject_id or 0)) is not None
        and item.state == ItemState.WAITING
        and item.meeting is not None
        and item.meeting.state == MeetingState.PLANNED
        and (item.meeting_id, item.meeting.sequence)
        == (message.payload.get("meeting"), message.payload.get("sequence"))
    }


def _load_meetings(messages: Sequence[OutboxMessage]) -> dict[int, Any]:
    found = TeamMeeting.objects.with_place().in_bulk([message.subject_id or 0 for message in messages])
    return {message.pk: found.get(message.subject_id or 0) for message in messages}


def _load_items(messages: Sequence[OutboxMessage]) -> dict[int, Any]:
    rows = MeetingItem.objects.select_related("meeting__place", "meeting__centre", "patient")
    found = rows.in_bulk([message.subject_id or 0 for message in messages])
    own = set(
        Patient.objects.filter(
            proxies__user__in=[message.recipient_id for message in messages if message.recipient_id],
            proxies__relation="self",
        ).values_list("proxies__user_id", "pk")
    )
    return {
        message.pk: (
            found[message.subject_id or 0],
            message.recipient_id is None
            or (message.recipient_id, found[message.subject_id or 0].patient_id) in own,
        )
        for message in messages
        if message.subject_id in found
    }


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    meeting: TeamMeeting = loaded[messages[0].pk]
    link = public_address("meeting", meeting.pk)
    points = meeting.items.standing().count()
    context = {"meeting": meeting, "link": link, "centre": meeting.centre, "points": points}
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _render_patient(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    item, is_own = loaded[messages[0].pk]
    context = {
        "item": item,
        "meeting": item.meeting,
        "relative": "" if is_own else item.patient.first_name,
        "link": public_address("my_meetings"),
        "centre": item.meeting.centre,
    }
    return rendering.email(f"{TEMPLATES}/patient_informed", context, reply_to=item.meeting.centre.email)


def _register(
    name: str, label: Promise, template: str, *, state: str, but_no: bool = False, quiet: Quiet
) -> None:
    register(
        Kind(
            name=name,
            label=label,
            render=partial(_render, template=template),
            addresses=partial(_still_wanted, state=state, but_no=but_no),
            load=_load_meetings,
            quiet=quiet,
        )
    )


_register(
    INVITED,
    _("invitation à une réunion"),
    "meeting_invited",
    state=MeetingState.PLANNED,
    quiet=Quiet.WAITS_IF_IT_CAN,
)
_register(
    MOVED, _("réunion déplacée"), "meeting_moved", state=MeetingState.PLANNED, quiet=Quiet.WAITS_IF_IT_CAN
)
_register(
    CANCELLED,
    _("réunion annulée"),
    "meeting_cancelled",
    state=MeetingState.CANCELLED,
    quiet=Quiet.WAITS_IF_IT_CAN,
)
_register(
    REMINDER,
    _("rappel de réunion"),
    "meeting_reminder",
    state=MeetingState.PLANNED,
    but_no=True,
    quiet=Quiet.WAITS,
)
register(
    Kind(
        name=PATIENT_INFORMED,
        label=_("échange prévu entre professionnels"),
        render=_render_patient,
        addresses=_still_to_be_discussed,
        load=_load_items,
        quiet=Quiet.WAITS_IF_IT_CAN,
    )
)
