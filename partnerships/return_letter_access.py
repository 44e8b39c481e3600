"""Who writes a letter, who files it, who reads it. The desk never reads; hidden and missing answer the same 404."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, gives_care, is_desk
from accounts.models import User
from coordination.access import get_entry_or_404, open_record
from core.audit.record import record
from partnerships.models import ConsultationRequest, RequestState, ReturnLetter
from partnerships.models.return_letter import ReturnLetterQuerySet
from partnerships.return_letter import seen_requests
from patients.access import OPENED, patients_of, practitioner_of
from practitioners.models import Practitioner

KIND = "return_letter"
# Once it has come, its author may add to it.
WRITABLE = (RequestState.SEEN, RequestState.CLOSED)


class Reading(NamedTuple):
    letter: ReturnLetter
    is_author: bool
    is_referrer: bool


def may_see_letters(user: Visitor) -> bool:
    return gives_care(user) or is_desk(user)


def get_visit_to_write_of(user: User, pk: int) -> tuple[ConsultationRequest, Practitioner]:
    """Who has seen the patient himself, and nobody in his place."""
    practitioner = practitioner_of(user) if gives_care(user) else None
    rows = ConsultationRequest.objects.with_people().select_related("appointment__practitioner")
    request = rows.filter(pk=pk, state__in=WRITABLE, patient__merged_into=None).first()
    visit = request.appointment if request is not None else None
    if request is None or visit is None or practitioner is None or visit.practitioner_id != practitioner.pk:
        raise Http404
    return request, practitioner


def get_visit_to_file_for(user: User, pk: int) -> ConsultationRequest:
    """The desk takes in what came by secure mail, without reading it."""
    request = seen_requests().filter(pk=pk).first()
    if request is None or not is_desk(user):
        raise Http404
    return request


def letters_for(user: User) -> ReturnLetterQuerySet:
    """Lines without words: one's own, those asked for by oneself; all of them at the desk."""
    rows = ReturnLetter.objects.with_people()
    practitioner = practitioner_of(user) if gives_care(user) else None
    if is_desk(user):
        return rows
    if practitioner is None:
        return rows.none()
    return rows.filter(author=practitioner) | rows.filter(request__requester=practitioner)


def visits_to_write_of(user: User) -> list[ConsultationRequest]:
    """Awaited from this professional, or from anybody where the desk asks."""
    rows = seen_requests()
    if is_desk(user):
        return list(rows)
    practitioner = practitioner_of(user) if gives_care(user) else None
    return list(rows.filter(appointment__practitioner=practitioner)) if practitioner else []


def get_letter(user: User, pk: int) -> Reading:
    """Its author; else whoever may open this patient's record and has not been closed out of this entry."""
    letter = ReturnLetter.objects.arrived().with_people().filter(pk=pk).first()
    patient = letter.request.patient if letter is not None else None
    if letter is None or patient is None or not gives_care(user):
        raise Http404
    practitioner = practitioner_of(user)
    if practitioner is not None and letter.author_id == practitioner.pk:
        reason = _("compte rendu écrit par lui-même")
        record(user, f"{OPENED}.return_letter", letter, patient_id=patient.pk, reason=reason)
        return Reading(letter, is_author=True, is_referrer=False)
    _patient, reader = open_record(user, patient.pk)
    if reader.at_desk:
        raise Http404
    get_entry_or_404(ReturnLetter.objects.arrived(), patient, reader, KIND, pk)
    asked = letter.request.requester_id or patient.attending_doctor_id
    return Reading(letter, is_author=False, is_referrer=practitioner is not None and asked == practitioner.pk)


def get_letter_to_pass_on(user: User, pk: int) -> ReturnLetter:
    """The author, or the desk where it took the letter in: who has it in hand sends it."""
    letter = letters_for(user).arrived().filter(pk=pk).first()
    if letter is None or (not is_desk(user) and letter.author.user_id != user.pk):
        raise Http404
    return letter


def letters_of_space(user: Visitor) -> ReturnLetterQuerySet:
    """What was shared with those for whom this account acts."""
    people = patients_of(user).values("pk")
    rows = ReturnLetter.objects.arrived().with_people().filter(request__patient__in=people)
    return rows.exclude(shared_at=None)
