"""A referral goes on to somebody else: the first one ends and names the one that continues it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.actions.invite import revoke_invitation
from coordination import referral_notifications as notifications
from coordination.actions.answer_referral import end_care_of_asked
from coordination.actions.close_entry import carry_over
from coordination.actions.referral_step import locked, move_on, note_event, require
from coordination.actions.write_referral import Letter, Word, send_referral
from coordination.models import Expected, Referral, ReferralState, Urgency
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner, Profession


class SameTarget(Refusal):
    def __init__(self) -> None:
        super().__init__(_("C’est déjà à cette personne que l’adressage est envoyé."))


def redirect_referral(
    referral: Referral,
    *,
    target: Practitioner | None = None,
    profession: Profession | None = None,
    note: str,
    actor: User,
    word: Word | None = None,
) -> Referral:
    """The new request, sent at once with the same words. Raises what `send_referral` raises; nothing is left then."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        require(referral, ReferralState.REDIRECTED)
        asked = referral.holder or referral.target
        if target is not None and target in (asked, referral.requester):
            raise SameTarget
        if referral.invitation is not None:
            revoke_invitation(referral.invitation, actor=actor)
        following = _following(referral, target, profession, actor)
        referral.redirected_to = following
        event = move_on(referral, ReferralState.REDIRECTED, by=actor, verb="redirected", note=note.strip())
        end_care_of_asked(referral, asked, actor)
        carry_over("referral", referral.pk, following.pk)
        following = send_referral(following, actor=actor, word=word)
        if asked is not None and asked.user_id != actor.pk:
            notifications.tell(asked, referral, event)
        if referral.requester.user_id != actor.pk:
            notifications.tell_requester(referral, event)
    return following


def renew_referral(referral: Referral, *, actor: User, sessions: int | None = None) -> Referral:
    """The same request again to the same person: « continuer ». The caller closes the one that was read."""
    with transaction.atomic():
        following = _following(referral, referral.holder or referral.target, referral.profession, actor)
        following.renews = referral
        following.sessions = sessions or referral.sessions
        following.urgency = Urgency.ROUTINE
        following.save(update_fields=["renews", "sessions", "urgency"])
        return send_referral(following, actor=actor)


def _following(
    referral: Referral, target: Practitioner | None, profession: Profession | None, actor: User
) -> Referral:
    letter = Letter(
        subject=referral.subject,
        target=target,
        profession=None if target is not None else profession,
        context=referral.context,
        sessions=referral.sessions,
        urgency=Urgency(referral.urgency),
        expected=Expected(referral.expected),
    )
    following = Referral(
        patient=referral.patient,
        requester=referral.requester,
        target_kind=letter.kind,
        target=letter.target,
        profession=letter.profession,
        subject=letter.subject,
        context=letter.context,
        sessions=letter.sessions,
        urgency=letter.urgency,
        expected=letter.expected,
    )
    following.save(force_insert=True)
    note_event(following, "", by=actor, verb="written", at=following.created_at)
    return following
