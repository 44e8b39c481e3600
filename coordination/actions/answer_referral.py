"""Who was asked answers: takes it, asks for more, refuses; the requester gives the detail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.actions.invite import invite, revoke_invitation
from appointments.models import VisitReason
from coordination import referral_notifications as notifications
from coordination.actions.care_reason import TAIL, begin_care, end_care
from coordination.actions.referral_step import locked, move_on, require
from coordination.models import Referral, ReferralEvent, ReferralState
from coordination.referral_people import members_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner

INVITED_FOR = timedelta(days=60)


class NotAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cet adressage ne vous est pas destiné."))


class WordsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez une phrase : elle est lue par la personne à qui vous répondez."))


@dataclass(frozen=True)
class Plan:
    """How the patient books: for what, how many, how often."""

    reason: VisitReason
    sessions: int
    per_week: int = 2


def accept_referral(
    referral: Referral, practitioner: Practitioner, *, actor: User, plan: Plan | None = None
) -> Referral:
    """The first of a profession who accepts has it; the others read who. With a plan the patient is invited to book."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.ACCEPTED)
        _require_asked(referral, practitioner)
        referral.holder = practitioner
        event = move_on(referral, ReferralState.ACCEPTED, by=actor, verb="accepted")
        begin_care(referral.patient, practitioner, actor=actor)
        notifications.tell_requester(referral, event)
        if plan is not None:
            invite_patient(referral, plan, actor=actor)
    return referral


def invite_patient(referral: Referral, plan: Plan, *, actor: User | None) -> Referral:
    """A new link; the one before opens nothing any more."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        if referral.state != ReferralState.ACCEPTED or plan.reason.practitioner_id != referral.holder_id:
            raise Refusal(_("On invite à réserver tant que l’adressage est accepté et sans rendez-vous."))
        if referral.invitation is not None:
            revoke_invitation(referral.invitation, actor=actor)
        referral.invitation = invite(
            referral.patient,
            plan.reason,
            plan.sessions,
            per_week=plan.per_week,
            prescriber=referral.requester.display_name,
            prescribed_on=clock.local(referral.sent_at).date() if referral.sent_at else None,
            valid_for=INVITED_FOR,
            actor=actor,
        )
        referral.save(update_fields=["invitation"])
        notifications.invite_patient(referral)
    return referral


def ask_detail(referral: Referral, practitioner: Practitioner, question: str, *, actor: User) -> Referral:
    """The ball goes back to the requester, and his clock starts."""
    with transaction.atomic():
        referral = _answering(referral, practitioner, ReferralState.ASKED, question)
        event = move_on(referral, ReferralState.ASKED, by=actor, verb="asked", note=question.strip())
        notifications.tell_requester(referral, event)
    return referral


def give_detail(referral: Referral, answer: str, *, actor: User) -> Referral:
    if not answer.strip():
        raise WordsMissing
    with transaction.atomic():
        referral = locked(referral)
        if referral.state != ReferralState.ASKED:
            raise Refusal(_("Aucune précision n’est demandée."))
        event = move_on(referral, ReferralState.SENT, by=actor, verb="answered", note=answer.strip())
        notifications.tell_target(referral, event)
    return referral


def refuse_referral(referral: Referral, practitioner: Practitioner, reason: str, *, actor: User) -> Referral:
    """Back to the requester, with the reason. One of several who are asked steps aside, until the last one does."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = _answering(referral, practitioner, ReferralState.REFUSED, reason)
        if _others_remain(referral, actor):
            ReferralEvent.objects.create(
                referral=referral,
                by=actor,
                from_state=referral.state,
                to_state=referral.state,
                verb="passed",
                note=reason.strip(),
            )
            record(actor, "referral.passed", referral, patient_id=referral.patient_id)
            return referral
        _end_booking(referral, actor)
        event = move_on(referral, ReferralState.REFUSED, by=actor, verb="refused", note=reason.strip())
        end_care_of_asked(referral, practitioner, actor)
        notifications.tell_requester(referral, event)
    return referral


def decline_for_patient(referral: Referral, *, actor: User) -> Referral:
    """The patient says no: nobody reads any further, and the requester has to see what comes next."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.REFUSED)
        asked = referral.holder or referral.target
        _end_booking(referral, actor)
        event = move_on(referral, ReferralState.REFUSED, by=actor, verb="declined")
        if asked is not None:
            end_care(referral.patient, asked, actor=actor)
            notifications.tell(asked, referral, event)
        notifications.tell_requester(referral, event)
    return referral


def withdraw_referral(referral: Referral, *, actor: User, note: str = "") -> Referral:
    """By the requester: nothing is asked any longer."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.WITHDRAWN)
        asked = referral.holder or referral.target
        was_sent = referral.sent_at is not None
        _end_booking(referral, actor)
        event = move_on(referral, ReferralState.WITHDRAWN, by=actor, verb="withdrawn", note=note.strip())
        if was_sent:
            end_both(referral, asked, actor)
            if asked is not None:
                notifications.tell(asked, referral, event)
            notifications.tell_patient(referral, event)
    return referral


def end_care_of_asked(referral: Referral, asked: Practitioner | None, actor: User | None) -> None:
    """After a refusal nothing is left to do: it ends with the day."""
    if asked is not None:
        end_care(referral.patient, asked, actor=actor, last_day=clock.today())


def end_both(referral: Referral, asked: Practitioner | None, actor: User | None) -> None:
    """With time to finish the file, for who asked and for who was asked."""
    end_care(referral.patient, referral.requester, actor=actor, last_day=clock.today() + TAIL)
    if asked is not None:
        end_care(referral.patient, asked, actor=actor, last_day=clock.today() + TAIL)


def _answering(referral: Referral, practitioner: Practitioner, state: ReferralState, words: str) -> Referral:
    if not words.strip():
        raise WordsMissing
    referral = locked(referral)
    require(referral, state)
    _require_asked(referral, practitioner)
    return referral


def _require_asked(referral: Referral, practitioner: Practitioner) -> None:
    """Whom it was sent to, who has taken it, or who belongs to the profession while nobody has."""
    named = referral.holder or referral.target
    if named is not None and named.pk == practitioner.pk:
        return
    if named is None and any(one.pk == practitioner.pk for one in members_of(referral)):
        return
    raise NotAsked


def _others_remain(referral: Referral, actor: User) -> bool:
    if referral.holder is not None or referral.target is not None:
        return False
    passed = set(referral.events.filter(verb="passed").values_list("by", flat=True)) | {actor.pk}
    return any(one.user_id not in passed for one in members_of(referral))


def _end_booking(referral: Referral, actor: User | None) -> None:
    if referral.invitation is not None:
        revoke_invitation(referral.invitation, actor=actor)
