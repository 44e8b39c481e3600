"""The clock of the referrals: each step of each escalation once, whoever sweeps, however late."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from coordination import referral_notifications as notifications
from coordination.actions.follow_sessions import follow_sessions
from coordination.actions.referral_step import locked
from coordination.models import Referral, ReferralState, ReferralTimer, TimerStep
from coordination.referral_people import away_until, has_left
from coordination.referral_states import owner_of
from core import clock
from core.audit.record import record

WITH_SESSIONS = (ReferralState.ACCEPTED, ReferralState.SCHEDULED, ReferralState.UNDER_WAY)


def sweep_referrals() -> int:
    """Answers how many steps were due. A referral that fails holds up no other: each has its own transaction."""
    for referral in Referral.objects.filter(state__in=WITH_SESSIONS).order_by("pk").iterator():
        follow_sessions(referral)
    hurry_what_nobody_can_answer()
    return sum(fire(key) for key in list(ReferralTimer.objects.due().values_list("pk", flat=True)))


def hurry_what_nobody_can_answer() -> None:
    """Who has to act has left, or is away for longer than the time to answer: the other one hears of it today."""
    now = clock.now()
    waiting = list(Referral.objects.open().with_people().select_related("target__user", "holder__user"))
    away = away_until([one.target_id for one in waiting if one.target_id], now)
    for referral in waiting:
        owner = owner_of(referral)
        if owner is None:
            continue
        back = away.get(owner.pk) if referral.state == ReferralState.SENT else None
        if has_left(owner) or (back is not None and _is_too_late(referral, back)):
            early = [TimerStep.OWNER, TimerStep.OTHER]
            referral.timers.running().filter(step__in=early, due_at__gt=now).update(due_at=now)


def _is_too_late(referral: Referral, back: datetime) -> bool:
    return not referral.timers.running().filter(step=TimerStep.OWNER, due_at__gte=back).exists()


@transaction.atomic
def fire(key: int) -> bool:
    """Once: the referral's row is locked first, as every step of it does, then the timer is looked at again."""
    timer = ReferralTimer.objects.select_related("referral").get(pk=key)
    referral = locked(timer.referral)
    timer.refresh_from_db()
    if not timer.is_due:
        return False
    timer.fired_at = now = clock.now()
    timer.save(update_fields=["fired_at"])
    if timer.step == TimerStep.OWNER:
        notifications.remind(referral, timer, _whom_to_remind(referral))
    elif timer.step == TimerStep.OTHER:
        notifications.warn(referral, timer)
    else:
        referral.escalated_at = now
        referral.save(update_fields=["escalated_at"])
        notifications.escalate(referral, timer)
    record(
        None,
        "referral.chased",
        referral,
        patient_id=referral.patient_id,
        step=timer.get_step_display(),
        state=str(referral.state),
    )
    return True


def _whom_to_remind(referral: Referral) -> list[int]:
    """Accounts: of the owner, or of everybody of the profession while nobody has taken it."""
    owner = owner_of(referral)
    if owner is not None:
        return [owner.user_id] if owner.user_id else []
    return notifications.users_of_pool(referral)
