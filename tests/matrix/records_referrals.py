"""Her doctor asks his teammate for care; one letter is not sent yet; she is invited to book."""

from __future__ import annotations

from datetime import timedelta

from appointments.actions.invite import invite
from appointments.invitations import invitation_token
from tests.factories.referrals import draft_referral, sent_referral
from tests.matrix.frame import record
from tests.matrix.people import World
from tests.matrix.records_appointments import reason_of


@record("referral")
def referral(world: World) -> int:
    return sent_referral(world.patient, world.doctor, world.practitioners["teammate"]).pk


@record("draft_referral")
def draft(world: World) -> int:
    return draft_referral(world.patient, world.doctor, world.practitioners["teammate"]).pk


@record("invitation")
def invitation(world: World) -> str:
    asked = invite(
        world.patient, reason_of(world), 4, valid_for=timedelta(days=30), actor=world.users["doctor"]
    )
    return invitation_token(asked)
