"""Who sits at the table: a chair, a colleague, somebody from outside, a coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import time_machine

from accounts.models import Role
from coordination.actions.invite import answer_invitation
from coordination.actions.plan_meeting import Plan, plan_meetings
from coordination.actions.run_meeting import open_meeting
from coordination.models import Answer, TeamMeeting
from core import clock
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind
from tests.cast import Doctor, Person, make_doctor, sign_in
from tests.factories.accounts import with_role
from tests.factories.meetings import TUESDAY
from tests.factories.practitioners import CentreFactory, PlaceFactory

NOON = clock.at(TUESDAY, time(12, 30))
END = clock.at(TUESDAY, time(13, 30))


@dataclass
class Table:
    chair: Doctor
    mate: Doctor
    visitor: Doctor
    meeting: TeamMeeting

    def at_the_table(self):
        """It is five to half past twelve on that Tuesday."""
        return time_machine.travel(clock.at(TUESDAY, time(12, 25)), tick=False)


def make_outsider(last_name: str) -> Doctor:
    doctor = make_doctor(last_name)
    Practitioner.objects.filter(pk=doctor.practitioner.pk).update(kind=Kind.VISITING)
    doctor.practitioner.refresh_from_db()
    doctor.user.role_assignments.update(role=Role.PARTNER)
    doctor.client = sign_in(doctor.user)
    return doctor


def make_desk(role: str = Role.COORDINATOR) -> Person:
    user = with_role(role, email=f"{role}@example.org")
    return Person(user, sign_in(user))


def plan_of(chair: Practitioner, others: list[Practitioner], **fields) -> Plan:
    room = fields.pop("room", None)
    return Plan(
        **{
            "centre": CentreFactory(),
            "kind": "rcp",
            "title": "RCP de la maison",
            "place": room.place if room else PlaceFactory(),
            "room": room,
            "chair": chair,
            "others": others,
            **fields,
        }
    )


def lay_table(chair: Doctor, mate: Doctor, visitor: Doctor) -> Table:
    plan = plan_of(chair.practitioner, [mate.practitioner, visitor.practitioner])
    [meeting] = plan_meetings(plan, [(NOON, END)], actor=chair.user)
    return Table(chair, mate, visitor, meeting)


def everybody_comes(table: Table) -> None:
    for member in table.meeting.members.all():
        user = member.practitioner.user
        answer_invitation(member, Answer.YES, actor=user)


def opened(table: Table) -> TeamMeeting:
    everybody_comes(table)
    with table.at_the_table():
        return open_meeting(table.meeting, actor=table.chair.user)
