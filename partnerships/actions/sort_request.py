"""Who sorts decides: accepts with a priority, asks for more, sends it on, refuses. Everybody concerned is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.write_referral import Letter as ReferralLetter
from coordination.actions.write_referral import Word, write_and_send
from coordination.models import Expected, Urgency
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from partnerships import notifications_request as notifications
from partnerships.actions.request_care import leave_carers, open_to_carers, professionals_of
from partnerships.actions.request_step import begin, locked, move_on, require
from partnerships.actions.write_request import WordsMissing
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    RequestEvent,
    RequestFile,
    RequestState,
)
from partnerships.request_letter import current_template
from patients.access import practitioner_of
from practitioners.models import Practitioner


class NobodyYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Rattachez d’abord la demande à une fiche patient."))


class NobodyToAnswerTo(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Personne de la maison ne recevrait la réponse : notez d’abord le médecin traitant.")
        )


@dataclass(frozen=True)
class Onward:
    """Where a request goes: another programme, or a colleague of the house."""

    programme: AdvancedConsultation | None = None
    colleague: Practitioner | None = None


def accept_request(
    request: ConsultationRequest, priority: int, *, actor: User, note: str = ""
) -> ConsultationRequest:
    """On the waiting list, with its priority from 1 to 4."""
    with transaction.atomic():
        lock("patient", request.patient_id or 0)
        request = locked(request)
        require(request, RequestState.ACCEPTED)
        if request.patient is None:
            raise NobodyYet
        request.priority = priority
        event = move_on(request, RequestState.ACCEPTED, by=actor, verb="accepted", note=note.strip())
        _tell(request, event)
    return request


def change_priority(request: ConsultationRequest, priority: int, *, actor: User) -> ConsultationRequest:
    """While it waits; written in its story, its clocks go on."""
    with transaction.atomic():
        request = locked(request)
        if request.state not in (RequestState.ACCEPTED, RequestState.INVITED):
            raise Refusal(_("La priorité change tant que la personne attend."))
        before, request.priority = request.priority, priority
        request.save(update_fields=["priority"])
        note = _("de %(before)s à %(after)s") % {"before": before, "after": priority}
        RequestEvent.objects.create(
            request=request,
            by=actor,
            from_state=request.state,
            to_state=request.state,
            verb="ranked",
            note=note,
        )
        record(actor, "request.ranked", request, patient_id=request.patient_id, before=before, after=priority)
    return request


def ask_requester(request: ConsultationRequest, question: str, *, actor: User) -> ConsultationRequest:
    """The ball goes back to who wrote, and his clock starts."""
    if not question.strip():
        raise WordsMissing
    with transaction.atomic():
        request = locked(request)
        event = move_on(request, RequestState.ASKED, by=actor, verb="asked", note=question.strip())
        notifications.tell_requester(request, event)
        if request.requester is None:
            notifications.tell_patient(request, event)
    return request


def refuse_request(request: ConsultationRequest, reason: str, *, actor: User) -> ConsultationRequest:
    """With the reason, which the requester reads."""
    if not reason.strip():
        raise WordsMissing
    with transaction.atomic():
        lock("patient", request.patient_id or 0)
        request = locked(request)
        event = move_on(request, RequestState.REFUSED, by=actor, verb="refused", note=reason.strip())
        leave_carers(request, actor=actor, last_day=clock.today())
        _tell(request, event)
    return request


def redirect_request(
    request: ConsultationRequest, onward: Onward, reason: str, *, actor: User, word: Word | None = None
) -> ConsultationRequest:
    """This one ends and names the one that goes on, with the same letter."""
    try:
        with transaction.atomic():
            lock("patient", request.patient_id or 0)
            request = locked(request)
            require(request, RequestState.REDIRECTED)
            if onward.programme is not None:
                request.redirected_to = _to_programme(request, onward.programme, actor)
            elif onward.colleague is not None:
                _to_colleague(request, onward.colleague, actor, word)
            else:
                raise Refusal(_("Choisissez une consultation ou un collègue."))
            event = move_on(
                request, RequestState.REDIRECTED, by=actor, verb="redirected", note=reason.strip()
            )
            leave_carers(request, actor=actor, last_day=clock.today())
            _tell(request, event)
    except IntegrityError as error:
        sentence = constraint_sentence(error, ConsultationRequest)
        if sentence is None:
            raise
        raise Refusal(sentence) from error
    return request


def _to_programme(
    request: ConsultationRequest, programme: AdvancedConsultation, actor: User
) -> ConsultationRequest:
    """Its age is kept: who waits does not begin anew."""
    if programme.pk == request.programme_id:
        raise Refusal(_("La demande est déjà pour cette consultation."))
    further = ConsultationRequest(
        programme=programme,
        template=current_template(programme.pk),
        state=RequestState.RECEIVED,
        received_at=request.received_at,
        **{name: getattr(request, name) for name in CARRIED},
    )
    event = begin(further, by=actor, verb="sent")
    RequestFile.objects.bulk_create(
        RequestFile(request=further, document=one.document, name=one.name)
        for one in request.files.exclude(document=None)
    )
    # A file is one row's: those that came with the letter go along.
    request.files.exclude(upload=None).update(request=further, section=None)
    for name in ("sender", "identity"):
        part = getattr(request, name, None)
        if part is not None:
            part.request = further
            part.save(update_fields=["request"])
    if further.patient is not None:
        open_to_carers(further, actor=actor)
    notifications.tell_triage(further, event)
    return further


CARRIED = (
    "patient",
    "origin",
    "requester",
    "requester_profession",
    "written_by",
    "question",
    "facts",
    "urgency",
    "consent_means",
    "consent_on",
)


def _to_colleague(
    request: ConsultationRequest, colleague: Practitioner, actor: User, word: Word | None
) -> None:
    """Goes on as a referral between professionals of the house, from who asked, else from who sorts."""
    if request.patient is None:
        raise NobodyYet
    sender = _in_whose_name(request, colleague, actor)
    if sender is None:
        raise NobodyToAnswerTo
    letter = ReferralLetter(
        subject=request.question[:200] or _("Demande transmise"),
        target=colleague,
        context="\n\n".join(
            part for part in (_from_whom(request, actor), request.question[200:], request.facts) if part
        )[:4000],
        urgency=Urgency(request.urgency),
        expected=Expected.REPORT,
    )
    request.referral = write_and_send(request.patient, sender, letter, actor=actor, word=word)


def _in_whose_name(request: ConsultationRequest, colleague: Practitioner, actor: User) -> Practitioner | None:
    """To whom the colleague answers: who asked; who sorts; for who has no account here, the patient's own doctor.

    Where it goes to that doctor himself, he answers to who comes from the partner.
    """
    assert request.patient is not None
    doctor = request.patient.attending_doctor
    found = (request.requester, practitioner_of(actor), doctor, professionals_of(request).first())
    return next((one for one in found if one is not None and one.pk != colleague.pk), None)


def _from_whom(request: ConsultationRequest, actor: User) -> str:
    """A letter in somebody else's name says who wrote it."""
    if request.requester is not None:
        return ""
    sender = getattr(request, "sender", None)
    who = sender.name if sender is not None else request.get_origin_display()
    return _("Demande écrite par %(who)s, transmise par %(by)s.") % {"who": who, "by": actor}


def _tell(request: ConsultationRequest, event: RequestEvent) -> None:
    notifications.tell_requester(request, event)
    notifications.tell_patient(request, event)
