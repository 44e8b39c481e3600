"""The expert takes a request, asks for more, answers, corrects, steps aside; who asked gives the detail and reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from patients import consents
from practitioners.models import Practitioner
from teleconsult import notifications_expertise as notifications
from teleconsult.actions.expertise_step import (
    locked,
    move_on,
    note_beside,
    require,
)
from teleconsult.actions.write_expertise import allow_reading
from teleconsult.expertise_bills import standing_of
from teleconsult.expertise_delays import answer_due
from teleconsult.expertise_people import PASSED, asked_of
from teleconsult.models import (
    ExpertiseAct,
    ExpertiseAnswer,
    ExpertiseBill,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
)


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande n’est pas entre vos mains."))


class WordsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez une phrase : elle est lue par la personne à qui vous répondez."))


class TakenBySomebody(Refusal):
    def __init__(self, who: str) -> None:
        super().__init__(_("%(who)s vient de prendre cette demande : elle n’attend plus.") % {"who": who})


@dataclass(frozen=True)
class Opinion:
    conclusion: str
    action: str
    within: str
    details: str = ""
    is_shared: bool = False


def claim_expertise(request: ExpertiseRequest, expert: Practitioner, *, actor: User) -> ExpertiseRequest:
    """The first who takes it has it; the others read who. The record opens to him with it."""
    with transaction.atomic():
        lock("patient", request.patient_id)
        request = locked(request)
        if request.holder is not None and request.holder_id != expert.pk:
            raise TakenBySomebody(request.holder.display_name)
        if request.state == ExpertiseState.CLAIMED:
            return request
        if request.state != ExpertiseState.SENT:
            raise AlreadyMovedOn(request)
        if all(one.pk != expert.pk for one in asked_of(request)):
            raise NotYours
        if consents.standing(request.patient, expert).is_opposed:
            raise Refusal(_("Cette personne s’oppose à ce que vous lisiez son dossier."))
        request.holder = expert
        move_on(request, ExpertiseState.CLAIMED, by=actor, verb="claimed")
        allow_reading(request, expert, actor=actor)
    return request


def ask_detail(
    request: ExpertiseRequest, expert: Practitioner, question: str, *, actor: User
) -> ExpertiseRequest:
    """The ball goes back to who asked; the deadline of the answer waits."""
    if not question.strip():
        raise WordsMissing
    with transaction.atomic():
        request = _held(request, expert, ExpertiseState.ASKED)
        event = move_on(request, ExpertiseState.ASKED, by=actor, verb="asked", note=question.strip())
        notifications.tell_requester(request, event)
    return request


def give_detail(request: ExpertiseRequest, answer: str, *, actor: User) -> ExpertiseRequest:
    if not answer.strip():
        raise WordsMissing
    with transaction.atomic():
        request = locked(request)
        if request.state != ExpertiseState.ASKED:
            raise Refusal(_("Aucune précision n’est demandée."))
        event = move_on(request, ExpertiseState.CLAIMED, by=actor, verb="detailed", note=answer.strip())
        if request.holder is not None:
            notifications.tell_experts(request, event, [request.holder])
    return request


def answer_expertise(
    request: ExpertiseRequest, expert: Practitioner, opinion: Opinion, *, actor: User
) -> ExpertiseAnswer:
    """The opinion goes to the record and to who asked; each side's act is counted, billed or not.

    Of one that nobody holds (its deadline passed while he wrote), who may take it takes it with his answer.
    """
    with transaction.atomic():
        lock("patient", request.patient_id)
        if locked(request).state == ExpertiseState.SENT:
            request = claim_expertise(request, expert, actor=actor)
        request = _held(request, expert, ExpertiseState.ANSWERED)
        answer = _write(request, expert, opinion, actor, version=1)
        request.answered_at = answer.written_at
        if opinion.is_shared:
            request.shared_at = answer.written_at
        event = move_on(request, ExpertiseState.ANSWERED, by=actor, verb="answered", at=answer.written_at)
        count_acts(request, expert, clock.today())
        notifications.tell_requester(request, event)
        if opinion.is_shared:
            notifications.tell_patient_of_answer(request)
    return answer


def correct_answer(
    request: ExpertiseRequest, expert: Practitioner, opinion: Opinion, why: str, *, actor: User
) -> ExpertiseAnswer:
    """Another version; the one before stays. Who has read it is told, and has to read it again."""
    if not why.strip():
        raise Refusal(_("Dites pourquoi l’avis est corrigé."))
    try:
        with transaction.atomic():
            request = locked(request)
            last = request.answers.first()
            if last is None or request.holder_id != expert.pk:
                raise NotYours
            answer = _write(request, expert, opinion, actor, version=last.version + 1, why=why.strip())
            event = note_beside(request, by=actor, verb="corrected", note=why.strip())
            notifications.tell_requester(request, event)
    except IntegrityError as error:
        sentence = constraint_sentence(error, ExpertiseAnswer)
        if sentence is None:
            raise
        raise Refusal(sentence) from error
    return answer


def step_aside(
    request: ExpertiseRequest, expert: Practitioner, reason: str, *, actor: User
) -> ExpertiseRequest:
    """Declined, or handed back: to the others of the pool, and to who asked once nobody is left."""
    if not reason.strip():
        raise WordsMissing
    with transaction.atomic():
        request = locked(request)
        held = request.holder_id == expert.pk and request.state in (
            ExpertiseState.CLAIMED,
            ExpertiseState.ASKED,
        )
        if not held and request.state != ExpertiseState.SENT:
            raise AlreadyMovedOn(request)
        if not held and all(one.pk != expert.pk for one in asked_of(request)):
            raise NotYours
        note_beside(request, by=actor, verb=PASSED, note=reason.strip())
        _go_back(request, actor, reason.strip(), held=held)
    return request


def read_answer(request: ExpertiseRequest, *, actor: User) -> ExpertiseRequest:
    """« J’ai lu »: it has ended."""
    with transaction.atomic():
        request = locked(request)
        if request.state == ExpertiseState.CLOSED:
            return request
        require(request, ExpertiseState.CLOSED)
        move_on(request, ExpertiseState.CLOSED, by=actor, verb="read")
    return request


@transaction.atomic
def share_answer(request: ExpertiseRequest, *, actor: User) -> None:
    """The patient reads it in his own space, once who asked or who answered says so."""
    rows = ExpertiseRequest.objects.filter(pk=request.pk, shared_at=None).exclude(answered_at=None)
    if rows.update(shared_at=clock.now()):
        request.refresh_from_db(fields=["shared_at"])
        record(actor, "expertise.shared", request, patient_id=request.patient_id)
        notifications.tell_patient_of_answer(request)


def _go_back(request: ExpertiseRequest, actor: User, reason: str, *, held: bool) -> None:
    if request.level == ExpertiseLevel.EXPERT and request.pool is not None:
        request.level = ExpertiseLevel.POOL
        request.answer_due_at = answer_due(request, clock.now())
        others = asked_of(request)
    else:
        others = asked_of(request) if request.level != ExpertiseLevel.EXPERT else []
    if not others:
        event = move_on(request, ExpertiseState.DECLINED, by=actor, verb="declined", note=reason)
        notifications.tell_requester(request, event)
    elif held or request.level != _level_in_store(request):
        event = move_on(request, ExpertiseState.SENT, by=actor, verb="returned", note=reason)
        notifications.tell_experts(request, event, others)


def _level_in_store(request: ExpertiseRequest) -> str:
    return ExpertiseRequest.objects.values_list("level", flat=True).get(pk=request.pk)


def _held(request: ExpertiseRequest, expert: Practitioner, state: ExpertiseState) -> ExpertiseRequest:
    request = locked(request)
    if request.holder_id != expert.pk:
        raise AlreadyMovedOn(request)
    require(request, state)
    return request


def _write(
    request: ExpertiseRequest,
    expert: Practitioner,
    opinion: Opinion,
    actor: User,
    *,
    version: int,
    why: str = "",
) -> ExpertiseAnswer:
    if not opinion.conclusion.strip():
        raise Refusal(_("Écrivez votre conclusion."))
    answer = ExpertiseAnswer.objects.create(
        request=request,
        version=version,
        author=expert,
        written_by=actor,
        conclusion=opinion.conclusion.strip(),
        action=opinion.action,
        within=opinion.within,
        details=opinion.details.strip(),
        why=why,
    )
    record(actor, "expertise.answer_written", answer, patient_id=request.patient_id, version=version)
    return answer


def count_acts(request: ExpertiseRequest, expert: Practitioner, day: date) -> None:
    """Under the patient's lock: two answers at once are not both the fourth."""
    for act, who in ((ExpertiseAct.RQD, request.requester), (ExpertiseAct.TE2, expert)):
        standing = standing_of(act, request.patient, who, day)
        ExpertiseBill.objects.create(
            request=request,
            patient=request.patient,
            practitioner=who,
            act=act,
            done_on=day,
            amount=standing.amount,
            is_billable=standing.is_billable,
        )
