"""The messages about referrals: who, when, link. Not what the patient has, nor what for, nor a profession."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from appointments.invitations import invitation_token
from coordination.models import Referral, ReferralEvent, ReferralTimer
from coordination.referral_people import has_left, members_of
from coordination.referral_states import owner_of
from coordination.story_messages import coordinators, keys_of, still_true, tell_accounts, tell_people_of
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house
from practitioners.models import Practitioner

TEMPLATES = "coordination/messages"

# What a professional reads, by what has happened. {who} did it, or is waited for.
WORDS = {
    "sent": (_("Un patient vous est adressé"), _("%(who)s vous adresse un patient et attend votre réponse.")),
    "answered": (_("Réponse à votre question"), _("%(who)s a répondu à votre question.")),
    "asked": (_("Une précision vous est demandée"), _("%(who)s vous demande une précision.")),
    "accepted": (_("Votre adressage est accepté"), _("%(who)s a accepté le patient que vous adressez.")),
    "refused": (
        _("Votre adressage est refusé"),
        _(
            "%(who)s ne peut pas prendre le patient que vous adressez. La raison est écrite : décidez de la suite."
        ),
    ),
    "declined": (
        _("Le patient ne souhaite pas cet adressage"),
        _("Le patient a dit non. Décidez avec lui de la suite."),
    ),
    "redirected": (_("Un adressage va à quelqu’un d’autre"), _("%(who)s l’a transmis à quelqu’un d’autre.")),
    "withdrawn": (_("Un adressage est retiré"), _("%(who)s a retiré sa demande : rien n’est plus attendu.")),
    "scheduled": (_("Les rendez-vous sont pris"), _("Le patient qui vous est adressé a ses rendez-vous.")),
    "unscheduled": (
        _("Un patient adressé n’a plus de rendez-vous"),
        _("Tous les rendez-vous ont été annulés : le patient est à rappeler."),
    ),
    "reported": (_("Un bilan est à lire"), _("%(who)s a écrit le bilan que vous attendiez.")),
    "reminder": (
        _("Rappel : un adressage vous attend"),
        _("Un adressage attend que vous agissiez depuis le délai prévu."),
    ),
    "warning": (
        _("Un adressage est sans suite"),
        _("%(who)s n’a pas encore agi. Vous pouvez l’appeler, ou adresser le patient à quelqu’un d’autre."),
    ),
    "escalated": (
        _("Un adressage est sans réponse"),
        _("Ni %(who)s ni son correspondant n’ont agi dans les délais : l’adressage est sur votre liste."),
    ),
}


def tell(practitioner: Practitioner, referral: Referral, event: ReferralEvent) -> None:
    """One professional hears of this step."""
    if practitioner.user_id is not None and not has_left(practitioner):
        _to_users([practitioner.user_id], referral, event.verb, f"{event.pk}", who=_by(referral, event))


def tell_requester(referral: Referral, event: ReferralEvent) -> None:
    tell(referral.requester, referral, event)


def tell_holder(referral: Referral, event: ReferralEvent) -> None:
    if referral.holder is not None:
        tell(referral.holder, referral, event)


def tell_target(referral: Referral, event: ReferralEvent) -> None:
    """Who was asked, or everybody of the profession."""
    if referral.target is not None:
        tell(referral.target, referral, event)
    else:
        who = referral.requester.display_name
        _to_users(users_of_pool(referral), referral, event.verb, f"{event.pk}", who=who)


def users_of_pool(referral: Referral) -> list[int]:
    return [one.user_id for one in members_of(referral) if one.user_id]


def remind(referral: Referral, timer: ReferralTimer, users: Collection[int]) -> None:
    _to_users(users, referral, "reminder", f"t{timer.pk}", state=referral.state, who="")


def warn(referral: Referral, timer: ReferralTimer) -> None:
    """The other one: the requester where he was asked for nothing, else whom he asked; nobody for a draft."""
    if referral.sent_at is None:
        return
    owner = owner_of(referral)
    asked = referral.holder or referral.target
    other = asked if owner == referral.requester else referral.requester
    if other is not None and other.user_id is not None and not has_left(other):
        who = owner.display_name if owner is not None else referral.addressee
        _to_users([other.user_id], referral, "warning", f"t{timer.pk}", state=referral.state, who=who)


def escalate(referral: Referral, timer: ReferralTimer) -> None:
    """Every coordinator; the worklist shows it also where there is none."""
    owner = owner_of(referral)
    who = owner.display_name if owner is not None else _("la maison")
    _to_users(coordinators(), referral, "escalated", f"t{timer.pk}", state=referral.state, who=str(who))


def tell_patient(referral: Referral, event: ReferralEvent) -> None:
    """Who was asked, and that he may say no."""
    _to_patient(referral, event.verb, str(event.pk))


def invite_patient(referral: Referral) -> None:
    """The link to his sessions."""
    assert referral.invitation is not None
    _to_patient(referral, "invited", f"i{referral.invitation.pk}")


def _by(referral: Referral, event: ReferralEvent) -> str:
    if event.verb in ("sent", "answered", "withdrawn"):
        return referral.requester.display_name
    own = getattr(event.by, "practitioner", None) if event.by is not None else None
    return own.display_name if own is not None else str(event.by or "")


def _to_users(users: Collection[int | None], referral: Referral, verb: str, key: str, **payload: Any) -> None:
    tell_accounts(users, TO_PROFESSIONAL.name, referral, verb, key, **payload)


def _to_patient(referral: Referral, verb: str, key: str) -> None:
    payload = {
        "verb": verb,
        "requester": referral.requester.display_name,
        "asked": _asked_in_words(referral),
        "name": referral.patient.display_name,
    }
    tell_people_of(referral.patient, TO_PATIENT.name, referral, f"{verb}:{key}", payload)


def _asked_in_words(referral: Referral) -> str:
    """A name says nothing of what for; the name of a profession might."""
    asked = referral.holder or referral.target
    return asked.display_name if asked is not None else ""


def _load(messages: Sequence[OutboxMessage]) -> dict[int, Referral]:
    return Referral.objects.select_related("invitation").in_bulk(keys_of(messages))


def _still_waited_for(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    """Nor is an invitation that was taken back."""
    known = _load(messages)
    waiting = [
        message
        for message in messages
        if message.payload["verb"] != "invited" or _is_waiting(known.get(message.subject_id or 0))
    ]
    return still_true(waiting, known)


def _is_waiting(referral: Referral | None) -> bool:
    invitation = referral.invitation if referral is not None else None
    return invitation is not None and invitation.is_waiting


def _to_professional(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    message = messages[0]
    title, sentence = WORDS[message.payload["verb"]]
    context = {
        "title": title,
        "sentence": sentence % {"who": message.payload.get("who", "")},
        "link": public_address("referral", message.subject_id),
        "centre": the_house().centre,
    }
    return rendering.email(f"{TEMPLATES}/referral", context)


def _to_the_patient(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    message = messages[0]
    referral: Referral | None = loaded.get(message.subject_id or 0)
    link = public_address("my_referrals")
    if message.payload["verb"] == "invited" and referral is not None and referral.invitation is not None:
        link = public_address("book_invited", invitation_token(referral.invitation))
    context = {
        **message.payload,
        "link": link,
        "centre": the_house().centre,
        "until": referral.invitation.expires_at if referral is not None and referral.invitation else None,
    }
    if message.channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/referral_patient", context)
    return rendering.email(f"{TEMPLATES}/referral_patient", context)


TO_PROFESSIONAL = register(
    Kind(
        name="referral.professional",
        label=_("adressage : étape pour un professionnel"),
        render=_to_professional,
        addresses=_still_waited_for,
    )
)
TO_PATIENT = register(
    Kind(
        name="referral.patient",
        label=_("adressage : ce que le patient doit savoir"),
        render=_to_the_patient,
        addresses=_still_waited_for,
        load=_load,
        quiet=Quiet.WAITS,
    )
)
