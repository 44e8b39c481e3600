"""What happens to the appointments moves the referral on: booked, begun, all given back, over."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import AppointmentSeries, SeriesInvitation
from coordination import referral_notifications as notifications
from coordination.actions.referral_step import locked, move_on, postpone
from coordination.actions.report_referral import close_referral
from coordination.models import Expected, Referral, ReferralState
from coordination.referral_sessions import Sessions, sessions_of
from core import clock


def follow_series(invitation: SeriesInvitation, series: AppointmentSeries, *, actor: User | None) -> None:
    """The patient or the team has just booked what the referral asked for. In the transaction of the booking."""
    referral = Referral.objects.filter(invitation=invitation).first()
    if referral is None:
        return
    referral = locked(referral)
    if referral.state != ReferralState.ACCEPTED:
        return
    referral.series = series
    event = move_on(referral, ReferralState.SCHEDULED, by=actor, verb="scheduled")
    notifications.tell_holder(referral, event)


def follow_sessions(referral: Referral) -> Referral:
    """Nothing where nothing has changed. Called by the clock, and after sessions were moved or given back."""
    with transaction.atomic():
        referral = locked(referral)
        found = sessions_of(referral)
        if referral.state == ReferralState.ACCEPTED and found.coming + found.done:
            move_on(referral, ReferralState.SCHEDULED, by=None, verb="scheduled")
        if referral.state == ReferralState.SCHEDULED:
            _leave_scheduled(referral, found)
        if referral.state in (ReferralState.SCHEDULED, ReferralState.UNDER_WAY):
            _keep_clocks(referral, found)
    return referral


def _leave_scheduled(referral: Referral, found: Sessions) -> None:
    if found.done:
        move_on(referral, ReferralState.UNDER_WAY, by=None, verb="begun")
    elif not found.coming:
        event = move_on(referral, ReferralState.ACCEPTED, by=None, verb="unscheduled")
        notifications.tell_holder(referral, event)


def _keep_clocks(referral: Referral, found: Sessions) -> None:
    """The report is due after the last session, wherever it was moved; nobody is chased before."""
    is_over = not found.coming and found.last_end is not None and found.last_end <= clock.now()
    if is_over and referral.expected == Expected.NOTHING and not found.progress(referral).left:
        close_referral(referral, actor=None, verb="over")
        return
    was_chased = (
        referral.escalated_at is not None
        or referral.timers.exclude(fired_at=None)
        .filter(event=referral.events.exclude(verb="passed").last())
        .exists()
    )
    if found.coming and was_chased:
        move_on(referral, ReferralState(referral.state), by=None, verb="resumed")
    else:
        postpone(referral)
