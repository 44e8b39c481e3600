"""A request is written, kept as a draft, sent; its writer answers a question or takes it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.models import Document, Urgency
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from core.uploads import storage
from core.uploads.receive import discard, receive
from partnerships import notifications_request as notifications
from partnerships.actions.request_care import leave_carers, open_to_carers, professionals_of
from partnerships.actions.request_step import begin, locked, move_on, require
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    LetterAnswer,
    LetterSection,
    RequestFile,
    RequestOrigin,
    RequestState,
)
from partnerships.request_letter import current_template, lines_of, missing
from patients import consents
from patients.models import Patient
from practitioners.models import Practitioner


class LetterIncomplete(Refusal):
    """What the partner waits for and is not there; it may be sent all the same, knowingly."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__(
            _("Il manque : %(labels)s. Complétez, ou cochez « envoyer ainsi ».")
            % {"labels": ", ".join(labels)}
        )


class ConsentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Notez l’accord de la personne avant d’envoyer la demande."))


class WordsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez une phrase : elle est lue par la personne à qui vous répondez."))


@dataclass(frozen=True)
class Letter:
    """What is written, by whatever door it comes in. Keys are those of the sections of the version."""

    question: str
    facts: str = ""
    urgency: str = Urgency.ROUTINE
    texts: Mapping[int, str] = field(default_factory=dict)
    flags: Mapping[int, bool | None] = field(default_factory=dict)
    files: Mapping[int | None, Collection[UploadedFile[Any]]] = field(default_factory=dict)
    documents: Collection[Document] = ()
    dropped: Collection[int] = ()
    consent_means: str = ""
    consent_on: date | None = None


def write_request(
    programme: AdvancedConsultation,
    patient: Patient,
    requester: Practitioner,
    letter: Letter,
    *,
    actor: User,
    draft: ConsultationRequest | None = None,
) -> ConsultationRequest:
    """Kept as a draft, new or changed. Only drafts change."""
    with transaction.atomic():
        if draft is not None:
            request = _draft_of(draft)
        else:
            request = ConsultationRequest(
                programme=programme,
                patient=patient,
                origin=RequestOrigin.HOUSE,
                requester=requester,
                requester_profession=requester.profession,
                written_by=actor,
                template=current_template(programme.pk),
            )
        fill(request, letter, actor=actor, verb="written")
    return request


def fill(request: ConsultationRequest, letter: Letter, *, actor: User | None, verb: str) -> None:
    """The words and files of a letter on a row that is new or a draft."""
    request.question, request.facts = letter.question.strip(), letter.facts.strip()
    request.urgency = letter.urgency
    request.consent_means, request.consent_on = letter.consent_means, letter.consent_on
    if request.pk is None:
        begin(request, by=actor, verb=verb)
    else:
        request.save()
    _answer(request, letter)
    _attach(request, letter, actor)


def send_request(request: ConsultationRequest, *, actor: User, as_it_is: bool = False) -> ConsultationRequest:
    """Where something is missing or the patient said no, the draft stays what it was."""
    try:
        with transaction.atomic():
            lock("patient", request.patient_id or 0)
            request = locked(request)
            require(request, RequestState.RECEIVED)
            _check(request, as_it_is=as_it_is)
            event = move_on(request, RequestState.RECEIVED, by=actor, verb="sent")
            open_to_carers(request, actor=actor)
            notifications.tell_triage(request, event)
            notifications.tell_patient(request, event)
    except IntegrityError as error:
        raise _refusal_of(error) from error
    return request


def answer_triage(request: ConsultationRequest, answer: str, *, actor: User | None) -> ConsultationRequest:
    """What was asked for is written; the ball goes back to who sorts."""
    if not answer.strip():
        raise WordsMissing
    with transaction.atomic():
        request = locked(request)
        if request.state != RequestState.ASKED:
            raise Refusal(_("Aucune précision n’est demandée."))
        event = move_on(request, RequestState.RECEIVED, by=actor, verb="answered", note=answer.strip())
        notifications.tell_triage(request, event)
    return request


def withdraw_request(
    request: ConsultationRequest, *, actor: User | None, note: str = ""
) -> ConsultationRequest:
    """By who asked, or by the patient: nothing is waited for any longer."""
    with transaction.atomic():
        lock("patient", request.patient_id or 0)
        request = locked(request)
        was_sent = request.received_at is not None
        event = move_on(request, RequestState.WITHDRAWN, by=actor, verb="withdrawn", note=note.strip())
        if was_sent:
            leave_carers(request, actor=actor)
            notifications.tell_triage(request, event)
            notifications.tell_requester(request, event)
            notifications.tell_patient(request, event)
    return request


def _draft_of(draft: ConsultationRequest) -> ConsultationRequest:
    request = locked(draft)
    if request.state != RequestState.DRAFT:
        raise Refusal(_("Cette demande est déjà partie : on ne la change plus."))
    return request


def _check(request: ConsultationRequest, *, as_it_is: bool) -> None:
    patient = request.patient
    assert patient is not None
    if patient.deceased_on is not None:
        raise Refusal(_("Un décès est noté dans ce dossier : la demande ne part pas."))
    if request.consent_on is None or not request.consent_means:
        raise ConsentMissing
    people = list(professionals_of(request))
    if people and all(consents.standing(patient, one).is_opposed for one in people):
        raise Refusal(
            _("Cette personne s’oppose à ce que ce partenaire ouvre son dossier : la demande ne part pas.")
        )
    lacking = [] if as_it_is else missing(lines_of(request))
    if lacking:
        raise LetterIncomplete(lacking)


def _answer(request: ConsultationRequest, letter: Letter) -> None:
    if request.template is None:
        return
    for section in request.template.sections.all():
        if section.pk not in letter.texts and section.pk not in letter.flags:
            continue
        said = {
            "text": letter.texts.get(section.pk, "").strip(),
            "is_yes": letter.flags.get(section.pk),
        }
        LetterAnswer.objects.update_or_create(request=request, section=section, defaults=said)


def _attach(request: ConsultationRequest, letter: Letter, actor: User | None) -> None:
    for old in request.files.filter(pk__in=letter.dropped):
        upload = old.upload
        old.delete()
        if upload is not None:
            discard(upload)
    kept = set(request.files.exclude(document=None).values_list("document_id", flat=True))
    RequestFile.objects.bulk_create(
        RequestFile(request=request, document=one, name=one.title[:150])
        for one in letter.documents
        if one.pk not in kept
    )
    sections = {one.pk: one for one in request.template.sections.all()} if request.template else {}
    _receive(request, letter, sections, actor)


def _receive(
    request: ConsultationRequest, letter: Letter, sections: Mapping[int, LetterSection], actor: User | None
) -> None:
    """All files or none: what lies on the disk goes where one of them is not taken."""
    kept: list[RequestFile] = []
    try:
        for key, files in letter.files.items():
            for file in files:
                upload = receive(file, actor=actor)
                section = sections.get(key) if key is not None else None
                name = section.label if section is not None else upload.sent_name or _("Pièce jointe")
                kept.append(RequestFile(request=request, section=section, upload=upload, name=name[:150]))
                kept[-1].save(force_insert=True)
                record(actor, "request.file_added", kept[-1], patient_id=request.patient_id)
    except BaseException:
        for one in kept:
            if one.upload is not None:
                storage.remove(one.upload.key)
        raise


def _refusal_of(error: IntegrityError) -> Refusal:
    """Somebody asked for the same a moment ago; anything else is a fault of ours."""
    sentence = constraint_sentence(error, ConsultationRequest)
    if sentence is None:
        raise error
    return Refusal(sentence)
