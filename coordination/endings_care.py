"""What this room keeps open for a patient and what becomes of it when he has died."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import ngettext

from accounts.models import User
from appointments.actions.invite import revoke_invitation
from appointments.models import SeriesInvitation
from coordination.actions.agenda import withdraw_item
from coordination.actions.answer_referral import end_both
from coordination.actions.end_pathway import end_pathway
from coordination.actions.referral_step import locked, move_on
from coordination.actions.settle_task import drop_tasks
from coordination.endings import Ending, add_ending
from coordination.models import (
    CarePathway,
    ItemState,
    MeetingItem,
    PathwayEnd,
    Referral,
    ReferralState,
    Task,
)
from coordination.models.pathway import CarePathwayQuerySet
from coordination.models.referral import ReferralQuerySet
from coordination.models.task import TaskQuerySet
from core import clock
from patients.models import Patient


def _referrals(patient: Patient) -> ReferralQuerySet:
    """A report that nobody has read yet stays with who asked for it: it is still to be read."""
    return Referral.objects.open().filter(patient=patient).exclude(state=ReferralState.COMPLETED)


def end_referrals(patient: Patient, actor: User, note: str) -> list[int]:
    ended = []
    for one in _referrals(patient).order_by("pk"):
        referral = locked(one)
        asked = referral.holder or referral.target
        refused = referral.state == ReferralState.REFUSED
        was_sent = referral.sent_at is not None
        if refused:
            move_on(referral, ReferralState.CLOSED, by=actor, verb="over", note=note)
        else:
            move_on(referral, ReferralState.WITHDRAWN, by=actor, verb="withdrawn", note=note)
        if was_sent:
            end_both(referral, asked, actor)
        ended.append(referral.pk)
    return ended


def _pathways(patient: Patient) -> CarePathwayQuerySet:
    return CarePathway.objects.active().filter(patient=patient)


def end_pathways(patient: Patient, actor: User, note: str) -> list[int]:
    running = list(_pathways(patient).order_by("pk"))
    for pathway in running:
        end_pathway(pathway, PathwayEnd.DECEASED, actor=actor, note=note)
    return [pathway.pk for pathway in running]


def _invitations(patient: Patient) -> QuerySet[SeriesInvitation]:
    return SeriesInvitation.objects.filter(patient=patient, revoked_at=None, expires_at__gt=clock.now())


def end_invitations(patient: Patient, actor: User, note: str) -> list[int]:
    rows = list(_invitations(patient).order_by("pk"))
    for invitation in rows:
        revoke_invitation(invitation, actor=actor)
    return [invitation.pk for invitation in rows]


def _items(patient: Patient) -> QuerySet[MeetingItem]:
    return MeetingItem.objects.filter(patient=patient, state__in=[ItemState.WAITING, ItemState.BLOCKED])


def end_items(patient: Patient, actor: User, note: str) -> list[int]:
    return [withdraw_item(item, actor=actor).pk for item in _items(patient).order_by("pk")]


def _tasks(patient: Patient) -> TaskQuerySet:
    return Task.objects.open().filter(patient=patient)


def end_tasks(patient: Patient, actor: User, note: str) -> list[int]:
    """Each may be taken up again by its owner: something may be left to write."""
    return drop_tasks(_tasks(patient), actor=actor, reason=note)


add_ending(
    Ending(
        "invitations",
        end_invitations,
        lambda patient: _invitations(patient).count(),
        lambda number: (
            ngettext("%d invitation à réserver des séances", "%d invitations à réserver des séances", number)
            % number
        ),
    )
)
add_ending(
    Ending(
        "referrals",
        end_referrals,
        lambda patient: _referrals(patient).count(),
        lambda number: ngettext("%d adressage en cours", "%d adressages en cours", number) % number,
    )
)
add_ending(
    Ending(
        "pathways",
        end_pathways,
        lambda patient: _pathways(patient).count(),
        lambda number: ngettext("%d parcours en cours", "%d parcours en cours", number) % number,
    )
)
add_ending(
    Ending(
        "meeting_items",
        end_items,
        lambda patient: _items(patient).count(),
        lambda number: (
            ngettext("%d point de réunion à venir", "%d points de réunion à venir", number) % number
        ),
    )
)
add_ending(
    Ending(
        "tasks",
        end_tasks,
        lambda patient: _tasks(patient).count(),
        lambda number: ngettext("%d tâche à faire", "%d tâches à faire", number) % number,
    )
)
