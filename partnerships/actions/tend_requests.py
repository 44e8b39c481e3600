"""What the clock does with accepted requests: each step once, whoever sweeps, however late."""

from __future__ import annotations

from datetime import datetime

from core import clock
from partnerships.actions.chase_letters import chase_letters
from partnerships.actions.follow_request import catch_up
from partnerships.actions.invite_to_choose import expire_invitation, remind_of_invitation, revoke_invitation
from partnerships.actions.write_return_letter import settle_letters
from partnerships.models import ReasonKind, RequestInvitation
from partnerships.models.request_invitation import OPEN_IN


def tend_requests(now: datetime | None = None) -> int:
    """How many steps were taken. Each in its own transaction: one that fails holds up no other."""
    now = now or clock.now()
    taken = catch_up(now) + _end_orphans()
    rows = RequestInvitation.objects.select_related("request")
    for invitation in list(rows.over(now).order_by("pk")):
        taken += expire_invitation(invitation, now)
    for invitation in list(rows.to_remind(now).order_by("pk")):
        taken += remind_of_invitation(invitation, now)
    return taken + settle_letters() + chase_letters(now)


def _end_orphans() -> int:
    """The request was withdrawn, refused or sent elsewhere meanwhile: its link opens nothing, and says so."""
    standing = RequestInvitation.objects.standing().select_related("request").order_by("pk")
    lost = [one for one in standing if one.request.state not in OPEN_IN[ReasonKind(one.kind)]]
    for invitation in lost:
        revoke_invitation(invitation, actor=None)
    return len(lost)
