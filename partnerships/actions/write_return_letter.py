"""The letter comes: written here, laid down as a file, or filed by the desk; read, passed on, shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.actions.add_documents import add_documents
from coordination.actions.change_document import share_document
from coordination.actions.settle_task import finish_task
from coordination.models import DocumentKind, Origin, Task
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from core.uploads.models import UploadState
from partnerships import notifications_letters as notifications
from partnerships.actions.invite_to_choose import held
from partnerships.actions.request_step import move_on
from partnerships.actions.tell_referrer import tell_referrer
from partnerships.models import ConsultationRequest, LetterMeans, RequestState, ReturnLetter
from partnerships.return_letter_access import WRITABLE
from practitioners.models import Practitioner


class NotAwaited(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("Aucun compte rendu n’est attendu pour cette demande."))


@transaction.atomic
def write_letter(
    request: ConsultationRequest, author: Practitioner, said: Mapping[str, Any], *, actor: User
) -> ReturnLetter:
    """By who saw the patient: `said` is the cleaned data of `ReturnLetterForm`, words or one file.

    Raises `NotAwaited`, and what a file is refused for.
    """
    files: Sequence[UploadedFile[Any]] = said.get("documents") or ()
    means = LetterMeans.UPLOADED if files else LetterMeans.WRITTEN
    return _take_in(request, author, said, files, means, actor)


@transaction.atomic
def file_letter(request: ConsultationRequest, said: Mapping[str, Any], *, actor: User) -> ReturnLetter:
    """By the desk: the file that came by secure mail. Raises `NotAwaited`, and what a file is refused for."""
    if request.appointment is None:
        raise NotAwaited
    author = request.appointment.practitioner
    return _take_in(request, author, said, said["documents"], LetterMeans.SECURE_MAIL, actor)


def _take_in(
    request: ConsultationRequest,
    author: Practitioner,
    said: Mapping[str, Any],
    files: Sequence[UploadedFile[Any]],
    means: LetterMeans,
    actor: User,
) -> ReturnLetter:
    request = held(request)
    if request.state not in WRITABLE or request.patient is None:
        raise NotAwaited
    words = {name: said[name] for name in ("conclusion", "advice", "next_step") if said.get(name)}
    letter = ReturnLetter(
        request=request,
        author=author,
        written_by=actor,
        means=means,
        dated_on=said.get("dated_on") or clock.today(),
        shared_at=clock.now() if said.get("is_shared") else None,
        passed_on_at=clock.now() if said.get("is_passed_on") else None,
        passed_on_by=actor if said.get("is_passed_on") else None,
        **words,
    )
    if files:
        letter.document = _document(letter, files, is_shared=bool(said.get("is_shared")), actor=actor)
    letter.save(force_insert=True)
    record(actor, "return_letter.written", letter, patient_id=request.patient_id, means=str(means))
    if letter.is_words:
        _arrive(letter, request)
    return letter


def _document(
    letter: ReturnLetter, files: Sequence[UploadedFile[Any]], *, is_shared: bool, actor: User
) -> Any:
    assert letter.request.patient is not None
    about = {
        "kind": DocumentKind.REPORT,
        "title": _("Compte rendu de consultation avancée"),
        "dated_on": letter.dated_on,
        "source": f"{letter.author.display_name}, {letter.request.programme.partner.name}"[:120],
        "is_shared": is_shared,
    }
    origin = Origin.DESK if letter.means == LetterMeans.SECURE_MAIL else Origin.CARE
    return add_documents(letter.request.patient, files[:1], about, actor=actor, origin=origin)[0]


def settle_letters() -> int:
    """A file that was checked has arrived; one that was refused has not, and the letter is awaited as before."""
    waiting = ReturnLetter.objects.filter(arrived_at=None).select_related("document__upload")
    return sum(_settle(letter.pk) for letter in waiting.order_by("pk"))


@transaction.atomic
def _settle(key: int) -> bool:
    letter = ReturnLetter.objects.with_people().get(pk=key)
    request = held(letter.request)
    letter = ReturnLetter.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    assert letter.document is not None
    state = letter.document.upload.state
    if letter.arrived_at is not None or state not in (UploadState.READY, UploadState.REFUSED):
        return False
    if state == UploadState.REFUSED:
        record(None, "return_letter.refused", letter, patient_id=request.patient_id)
        notifications.letter_refused(letter)
        letter.delete()
    else:
        letter.request = request
        _arrive(letter, request)
    return True


def _arrive(letter: ReturnLetter, request: ConsultationRequest) -> None:
    """Into the record at once; who asked is told, and the request has ended. An addition ends nothing twice."""
    letter.arrived_at = clock.now()
    letter.save(update_fields=["arrived_at"])
    if request.state == RequestState.SEEN:
        move_on(request, RequestState.CLOSED, by=letter.written_by, verb="reported")
    tell_referrer(letter)
    if letter.shared_at is not None and letter.is_words:
        notifications.letter_shared(letter)


@transaction.atomic
def read_letter(letter: ReturnLetter, *, actor: User) -> None:
    """« J’ai lu »: once, and the task is done with it."""
    rows = ReturnLetter.objects.filter(pk=letter.pk, read_at=None)
    if rows.update(read_at=clock.now(), read_by=actor):
        record(actor, "return_letter.read", letter, patient_id=letter.request.patient_id)
    label = ReturnLetter._meta.label_lower
    for task in Task.objects.open().filter(source_type=label, source_id=letter.pk, owner=actor):
        finish_task(task, actor=actor)


@transaction.atomic
def pass_on_letter(letter: ReturnLetter, *, actor: User) -> None:
    """Sent to the doctor of outside by secure mail: who says so stands for it."""
    rows = ReturnLetter.objects.filter(pk=letter.pk, passed_on_at=None)
    if rows.update(passed_on_at=clock.now(), passed_on_by=actor):
        record(actor, "return_letter.passed_on", letter, patient_id=letter.request.patient_id)


@transaction.atomic
def share_letter(letter: ReturnLetter, *, actor: User) -> None:
    """The patient reads it in his own space."""
    if ReturnLetter.objects.filter(pk=letter.pk, shared_at=None).update(shared_at=clock.now()):
        letter.refresh_from_db(fields=["shared_at"])
        record(actor, "return_letter.shared", letter, patient_id=letter.request.patient_id)
        if letter.document is None:
            notifications.letter_shared(letter)
        else:
            share_document(letter.document, is_shared=True, actor=actor)
