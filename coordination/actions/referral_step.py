"""One step of a referral: the state, the line of its story, the clocks of the new state, the trail. All or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from coordination.actions.story_step import THIS_REFERRAL, AlreadyMovedOn
from coordination.models import HELD, Referral, ReferralEvent, ReferralState, ReferralTimer, TimerStep
from coordination.referral_delays import deadlines, delay_for
from coordination.referral_sessions import last_end
from coordination.referral_states import may_become
from core import clock
from core.audit.record import record


def locked(referral: Referral) -> Referral:
    """The row as it stands now, for this transaction alone."""
    return Referral.objects.select_for_update(of=("self",), no_key=True).with_people().get(pk=referral.pk)


def require(referral: Referral, state: str) -> None:
    if not may_become(referral, state):
        raise AlreadyMovedOn(referral, THIS_REFERRAL)


def move_on(
    referral: Referral,
    state: ReferralState,
    *,
    by: User | None,
    verb: str,
    note: str = "",
    at: datetime | None = None,
) -> ReferralEvent:
    """`by` None: the house itself. The same state again starts its clocks anew. `at`: when it was, if not now."""
    at = at or clock.now()
    before = referral.state
    if state != before:
        require(referral, state)
    referral.state, referral.state_since, referral.escalated_at = state, at, None
    if state == ReferralState.SENT and referral.sent_at is None:
        referral.sent_at = at
    if state not in HELD and referral.is_open:
        referral.holder = None
    referral.save(
        update_fields=["state", "state_since", "escalated_at", "sent_at", "holder", "redirected_to", "series"]
    )
    return note_event(referral, before, by=by, verb=verb, note=note, at=at)


def note_event(
    referral: Referral, before: str, *, by: User | None, verb: str, note: str = "", at: datetime
) -> ReferralEvent:
    """The line of the story of the state in which the referral is now, and the clocks of that state."""
    event = ReferralEvent.objects.create(
        referral=referral, at=at, by=by, from_state=before, to_state=referral.state, verb=verb, note=note
    )
    _stop_clocks(referral, at)
    if referral.is_open:
        _start_clocks(referral, event)
    record(
        by,
        f"referral.{verb}",
        referral,
        patient_id=referral.patient_id,
        before=before,
        after=str(referral.state),
    )
    return event


def _stop_clocks(referral: Referral, at: datetime) -> None:
    referral.timers.running().update(stopped_at=at)


def _start_clocks(referral: Referral, event: ReferralEvent) -> None:
    start = max(event.at, last_end(referral) or event.at)
    delay = delay_for(referral, clock.local(event.at).date())
    ReferralTimer.objects.bulk_create(
        ReferralTimer(referral=referral, event=event, step=step, due_at=due)
        for step, due in deadlines(delay, start).items()
    )


def postpone(referral: Referral) -> None:
    """The sessions were moved: the clocks of this state count from the new last one."""
    event = referral.events.last()
    if event is None:
        return
    start = max(event.at, last_end(referral) or event.at)
    due = deadlines(delay_for(referral, clock.local(event.at).date()), start)
    with transaction.atomic():
        for timer in referral.timers.running().filter(event=event):
            if timer.due_at != due[TimerStep(timer.step)]:
                timer.due_at = due[TimerStep(timer.step)]
                timer.save(update_fields=["due_at"])
