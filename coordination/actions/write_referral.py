"""A referral is written, kept as a draft, sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination import referral_notifications as notifications
from coordination.actions.care_reason import begin_care
from coordination.actions.referral_step import locked, move_on, note_event
from coordination.models import Expected, Referral, ReferralState, TargetKind, Urgency
from coordination.referral_people import members_of
from core import clock
from core.db import lock
from core.refusal import Refusal
from patients import consents
from patients.actions.give_word import give_word
from patients.models import Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner, Profession


class PatientOpposes(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Cette personne s’oppose à ce que %(name)s ouvre son dossier : l’adressage ne part pas. "
                "Parlez-en avec elle, ou choisissez quelqu’un d’autre."
            )
            % {"name": name}
        )


class WordNeeded(Refusal):
    """The law wants a word of the patient before this professional reads anything."""

    def __init__(self, name: str, *, agreement: bool) -> None:
        sentence = (
            _("%(name)s n’exerce pas dans la maison : notez d’abord l’accord de la personne.")
            if agreement
            else _(
                "%(name)s n’est pas un professionnel de santé : notez d’abord que la personne est informée."
            )
        )
        super().__init__(sentence % {"name": name})


class NobodyToAsk(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Personne de cette profession ne peut recevoir l’adressage : choisissez un nom."))


@dataclass(frozen=True)
class Letter:
    """What is asked, of whom."""

    subject: str
    target: Practitioner | None = None
    profession: Profession | None = None
    context: str = ""
    sessions: int | None = None
    urgency: Urgency = Urgency.ROUTINE
    expected: Expected = Expected.REPORT

    @property
    def kind(self) -> TargetKind:
        return TargetKind.PRACTITIONER if self.target is not None else TargetKind.PROFESSION


@dataclass(frozen=True)
class Word:
    """What the patient heard or agreed to, as the requester notes it."""

    scope: str
    means: Means = Means.ORAL
    given_on: date | None = None


def write_referral(
    patient: Patient, requester: Practitioner, letter: Letter, *, actor: User, draft: Referral | None = None
) -> Referral:
    """Kept as a draft, new or changed. Only drafts change."""
    with transaction.atomic():
        if draft is None:
            referral = Referral(patient=patient, requester=requester)
        else:
            referral = locked(draft)
            if referral.state != ReferralState.DRAFT:
                raise Refusal(_("Cet adressage est déjà parti : on ne le change plus."))
        _fill(referral, letter)
        is_new = referral.pk is None
        referral.save()
        if is_new:
            note_event(referral, "", by=actor, verb="written", at=referral.created_at)
    return referral


def send_referral(referral: Referral, *, actor: User, word: Word | None = None) -> Referral:
    """Raises `PatientOpposes`, `WordNeeded` or `NobodyToAsk`; nothing is written then."""
    with transaction.atomic():
        lock("patient", referral.patient_id)
        referral = locked(referral)
        people = [referral.target] if referral.target is not None else members_of(referral)
        if not people:
            raise NobodyToAsk
        for practitioner in people:
            if practitioner is not None:
                _settle_word(referral, practitioner, word, actor)
        event = move_on(referral, ReferralState.SENT, by=actor, verb="sent")
        begin_care(referral.patient, referral.requester, actor=actor)
        if referral.target is not None:
            begin_care(referral.patient, referral.target, actor=actor)
        notifications.tell_target(referral, event)
        notifications.tell_patient(referral, event)
    return referral


def write_and_send(
    patient: Patient,
    requester: Practitioner,
    letter: Letter,
    *,
    actor: User,
    draft: Referral | None = None,
    word: Word | None = None,
) -> Referral:
    """In one go: what `send_referral` refuses leaves no draft behind."""
    with transaction.atomic():
        referral = write_referral(patient, requester, letter, actor=actor, draft=draft)
        return send_referral(referral, actor=actor, word=word)


def _settle_word(referral: Referral, practitioner: Practitioner, word: Word | None, actor: User) -> None:
    standing = consents.standing(referral.patient, practitioner)
    if standing.is_opposed and referral.target is not None:
        raise PatientOpposes(practitioner.display_name)
    if standing.missing is None:
        return
    if word is None:
        agreement = standing.missing == Decision.AGREES
        raise WordNeeded(practitioner.display_name, agreement=agreement)
    give_word(
        referral.patient,
        practitioner,
        standing.missing,
        actor=actor,
        means=word.means,
        scope=word.scope,
        given_on=word.given_on or clock.today(),
    )


def _fill(referral: Referral, letter: Letter) -> None:
    referral.target_kind, referral.target, referral.profession = letter.kind, letter.target, letter.profession
    referral.subject, referral.context = letter.subject, letter.context
    referral.sessions, referral.urgency, referral.expected = letter.sessions, letter.urgency, letter.expected
