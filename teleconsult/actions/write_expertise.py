"""A request for an opinion is begun, kept as it is typed, sent; or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.models import Urgency
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients import consents
from patients.actions.give_word import give_word
from patients.models import Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner
from teleconsult import notifications_expertise as notifications
from teleconsult.actions.expertise_step import begin, locked, move_on, require
from teleconsult.expertise_context import missing_of
from teleconsult.expertise_delays import answer_due
from teleconsult.expertise_people import asked_of
from teleconsult.models import (
    ContextAnswer,
    ContextQuestion,
    ExpertiseConsentText,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
    ExpertPool,
    Speciality,
)


class ContextIncomplete(Refusal):
    """What the expert needs and is not there; it may be sent all the same, knowingly."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__(
            _("Il manque : %(labels)s. Complétez, ou cochez « envoyer ainsi ».")
            % {"labels": ", ".join(labels)}
        )


class ConsentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Notez l’accord de la personne avant d’envoyer la demande."))


class NobodyToAsk(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Aucun expert ne peut répondre : choisissez-en un autre, ou adressez la personne autrement.")
        )


@dataclass(frozen=True)
class Words:
    """What is written. Keys of `context` are those of the questions of the speciality."""

    question: str = ""
    facts: str = ""
    urgency: str = Urgency.ROUTINE
    context: Mapping[int, str] = field(default_factory=dict)
    consent_means: str = ""
    consent_on: date | None = None


@dataclass(frozen=True)
class Addressee:
    """A pool, an expert, or an expert with the pool that goes on where he does not answer."""

    pool: ExpertPool | None = None
    target: Practitioner | None = None

    @property
    def level(self) -> ExpertiseLevel:
        return ExpertiseLevel.EXPERT if self.target is not None else ExpertiseLevel.POOL

    @property
    def speciality(self) -> str:
        return self.pool.speciality if self.pool is not None else Speciality.OTHER


@transaction.atomic
def begin_expertise(
    patient: Patient, requester: Practitioner, to: Addressee, *, facts: str, actor: User
) -> ExpertiseRequest:
    """A draft from the first moment: what is typed afterwards, and photos, have where to go."""
    request = ExpertiseRequest(
        patient=patient,
        requester=requester,
        written_by=actor,
        pool=to.pool,
        target=to.target,
        level=to.level,
        speciality=to.speciality,
        facts=facts,
    )
    begin(request, by=actor)
    return request


@transaction.atomic
def keep_draft(request: ExpertiseRequest, words: Words, *, actor: User) -> ExpertiseRequest:
    """As typed, complete or not. Only drafts change."""
    request = locked(request)
    if not request.is_draft:
        raise Refusal(_("Cette demande est déjà partie : on ne la change plus."))
    request.question, request.facts = words.question.strip(), words.facts.strip()
    request.urgency = words.urgency
    had_consent = (request.consent_means, request.consent_on)
    request.consent_means, request.consent_on = words.consent_means, words.consent_on
    if not words.consent_means:
        request.consent_on = request.consent_by = request.consent_text = None
    elif had_consent != (words.consent_means, words.consent_on) or request.consent_by is None:
        request.consent_on = words.consent_on or clock.today()
        request.consent_by, request.consent_text = actor, text_in_force()
        record(actor, "expertise.consent_noted", request, patient_id=request.patient_id)
    request.saved_at = clock.now()
    request.save()
    _answer(request, words.context)
    return request


def send_expertise(request: ExpertiseRequest, *, actor: User, as_it_is: bool = False) -> ExpertiseRequest:
    """Where something is missing or the patient said no, the draft stays what it was."""
    with transaction.atomic():
        lock("patient", request.patient_id)
        request = locked(request)
        require(request, ExpertiseState.SENT)
        _check(request, as_it_is=as_it_is)
        _go(request, actor=actor, note="")
    return request


def send_elsewhere(
    request: ExpertiseRequest, to: Addressee, *, actor: User, note: str = ""
) -> ExpertiseRequest:
    """After it was declined: the same question, to somebody else, with a whole delay."""
    with transaction.atomic():
        lock("patient", request.patient_id)
        request = locked(request)
        if request.state != ExpertiseState.DECLINED:
            raise Refusal(_("On envoie à un autre expert une demande qui a été déclinée."))
        request.pool, request.target, request.level = to.pool, to.target, to.level
        request.answer_due_at = None
        _require_open_to_them(request)
        _go(request, actor=actor, note=note.strip())
    return request


def withdraw_expertise(request: ExpertiseRequest, *, actor: User, note: str = "") -> ExpertiseRequest:
    """By who asked: nothing is waited for any longer. A draft is just put away."""
    with transaction.atomic():
        request = locked(request)
        told = [request.holder] if request.holder is not None else []
        if request.state == ExpertiseState.SENT:
            told = asked_of(request)
        event = move_on(request, ExpertiseState.WITHDRAWN, by=actor, verb="withdrawn", note=note.strip())
        if request.sent_at is not None:
            notifications.tell_experts(request, event, told)
    return request


def text_in_force() -> ExpertiseConsentText | None:
    return (
        ExpertiseConsentText.objects.filter(since__lte=clock.today()).order_by("-since", "-version").first()
    )


def allow_reading(request: ExpertiseRequest, expert: Practitioner, *, actor: User) -> None:
    """The patient agreed to this opinion: the word that an expert from outside needs. The caller holds his lock."""
    standing = consents.standing(request.patient, expert)
    if standing.missing is None or standing.is_opposed:
        return
    give_word(
        request.patient,
        expert,
        Decision.AGREES,
        actor=actor,
        means=Means(request.consent_means or Means.ORAL),
        scope=_("avis à distance"),
        given_on=request.consent_on,
    )


def _go(request: ExpertiseRequest, *, actor: User, note: str) -> None:
    at = clock.now()
    request.answer_due_at = answer_due(request, at)
    event = move_on(request, ExpertiseState.SENT, by=actor, verb="sent", note=note, at=at)
    if request.level == ExpertiseLevel.EXPERT and request.target is not None:
        allow_reading(request, request.target, actor=actor)
    asked = asked_of(request)
    if not asked:
        raise NobodyToAsk
    notifications.tell_experts(request, event, asked)
    notifications.tell_patient(request, event)


def _check(request: ExpertiseRequest, *, as_it_is: bool) -> None:
    if request.patient.deceased_on is not None:
        raise Refusal(_("Un décès est noté dans ce dossier : la demande ne part pas."))
    if not request.question:
        raise Refusal(_("Écrivez votre question."))
    if request.consent_on is None or request.consent_text is None or request.consent_by is None:
        raise ConsentMissing
    _require_open_to_them(request)
    lacking = [] if as_it_is else missing_of(request)
    if lacking:
        raise ContextIncomplete(lacking)


def _require_open_to_them(request: ExpertiseRequest) -> None:
    """Before it is sent nobody has stepped aside: whom it would reach."""
    request.sent_at = request.sent_at or clock.now()
    asked = asked_of(request)
    if asked and all(consents.standing(request.patient, one).is_opposed for one in asked):
        raise Refusal(
            _("Cette personne s’oppose à ce que cet expert lise son dossier : la demande ne part pas.")
        )


def _answer(request: ExpertiseRequest, context: Mapping[int, str]) -> None:
    questions = ContextQuestion.objects.filter(speciality=request.speciality, pk__in=context)
    for one in questions:
        text = context[one.pk].strip()
        if text:
            ContextAnswer.objects.update_or_create(request=request, question=one, defaults={"text": text})
        else:
            ContextAnswer.objects.filter(request=request, question=one).delete()
