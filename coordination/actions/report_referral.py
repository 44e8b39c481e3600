"""The report at the end of the sessions goes back to who asked; read, it closes the referral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from appointments.actions.invite import revoke_invitation
from coordination import referral_notifications as notifications
from coordination.actions.answer_referral import NotAsked, WordsMissing, end_both
from coordination.actions.redirect_referral import renew_referral
from coordination.actions.referral_step import locked, move_on, require
from coordination.models import Proposal, Referral, ReferralMeasure, ReferralReport, ReferralState
from core import clock
from core.db import lock
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Measure:
    name: str
    unit: str = ""
    before: Decimal | None = None
    after: Decimal | None = None


@dataclass(frozen=True)
class Account:
    """What was done, what was measured, what is proposed."""

    done: str
    proposal: Proposal
    advice: str = ""
    measures: Sequence[Measure] = ()


def write_report(
    referral: Referral, author: Practitioner, account: Account, *, actor: User
) -> ReferralReport:
    """By who takes care of it, also before the last session where that is the end."""
    if not account.done.strip():
        raise WordsMissing
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.COMPLETED)
        if referral.holder_id != author.pk:
            raise NotAsked
        report = ReferralReport.objects.create(
            referral=referral,
            author=author,
            done=account.done.strip(),
            proposal=account.proposal,
            advice=account.advice.strip(),
        )
        ReferralMeasure.objects.bulk_create(
            ReferralMeasure(report=report, name=one.name, unit=one.unit, before=one.before, after=one.after)
            for one in account.measures
        )
        if referral.invitation is not None:
            revoke_invitation(referral.invitation, actor=actor)
        event = move_on(referral, ReferralState.COMPLETED, by=actor, verb="reported")
        notifications.tell_requester(referral, event)
    return report


def close_referral(referral: Referral, *, actor: User | None, verb: str = "read") -> Referral:
    """The report has been read, a refusal has been seen, or nothing was expected after the last session."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.CLOSED)
        asked = referral.holder or referral.target
        ReferralReport.objects.filter(referral=referral, read_at=None).update(read_at=clock.now())
        move_on(referral, ReferralState.CLOSED, by=actor, verb=verb)
        end_both(referral, asked, actor)
    return referral


def renew_after_report(referral: Referral, *, actor: User, sessions: int | None = None) -> Referral:
    """Read and asked for again, in one go. Answers the new request."""
    with transaction.atomic():
        following = renew_referral(referral, actor=actor, sessions=sessions)
        close_referral(referral, actor=actor)
    return following
