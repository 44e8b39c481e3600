"""Meetings of her team: one to come, one that runs, one that is validated; her doctor presides over each."""

from __future__ import annotations

from datetime import timedelta

from coordination.actions.close_meeting import close_meeting
from coordination.models import DecisionSheet, MeetingItem, MeetingMember, TeamMeeting
from core import clock
from tests.factories.meetings import MeetingItemFactory, MeetingMemberFactory, TeamMeetingFactory
from tests.matrix.frame import record
from tests.matrix.people import World

INVITED = ("doctor", "teammate", "agreed_partner")


def lay(world: World, state: str, days: int) -> TeamMeeting:
    meeting: TeamMeeting = TeamMeetingFactory(
        chair=world.doctor, state=state, start_at=clock.now() + timedelta(days=days)
    )
    for name in INVITED:
        presence = "" if state == "planned" else "present"
        MeetingMemberFactory(
            meeting=meeting, practitioner=world.practitioners[name], answer="yes", presence=presence
        )
    MeetingItemFactory(
        meeting=meeting,
        patient=world.patient,
        proposed_by=world.users["doctor"],
        state="waiting" if state == "planned" else "discussed",
    )
    return meeting


@record("meeting")
def meeting(world: World) -> int:
    return lay(world, "planned", 3).pk


@record("meeting_member")
def meeting_member(world: World) -> int:
    seat = MeetingMember.objects.get(
        meeting=world.keys["meeting"], practitioner=world.practitioners["teammate"]
    )
    return seat.pk


@record("meeting_item")
def meeting_item(world: World) -> int:
    return MeetingItem.objects.get(meeting=world.keys["meeting"]).pk


@record("agreed_partner_key")
def agreed_partner_key(world: World) -> int:
    return world.practitioners["agreed_partner"].pk


@record("meeting_open")
def meeting_open(world: World) -> int:
    return lay(world, "open", 0).pk


@record("meeting_open_member")
def meeting_open_member(world: World) -> int:
    seat = MeetingMember.objects.get(
        meeting=world.keys["meeting_open"], practitioner=world.practitioners["teammate"]
    )
    return seat.pk


@record("meeting_open_item")
def meeting_open_item(world: World) -> int:
    return MeetingItem.objects.get(meeting=world.keys["meeting_open"]).pk


@record("meeting_closed_item")
def meeting_closed_item(world: World) -> int:
    held = lay(world, "open", -7)
    item = held.items.get()
    DecisionSheet.objects.create(item=item, decision="Kinésithérapie.")
    close_meeting(held, actor=world.users["doctor"])
    return item.pk


@record("minutes")
def minutes(world: World) -> int:
    held = MeetingItem.objects.get(pk=world.keys["meeting_closed_item"]).meeting
    assert held is not None
    return held.minutes.get(kind="whole").pk
