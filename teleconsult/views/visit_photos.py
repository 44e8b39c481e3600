"""« Photo » during a call: what the nurse's camera shows goes straight into the record."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from teleconsult import access, photo_access
from teleconsult.actions.take_photo import add_photo
from teleconsult.forms.visit_photo import VisitPhotoForm
from teleconsult.models import Participant, ParticipantRole

CARERS = (ParticipantRole.PRACTITIONER, ParticipantRole.NURSE)


@limit("upload")
@require_POST
def add_visit_photo(request: SignedInRequest, visit_key: UUID) -> HttpResponse:
    """A JPEG of the call, by a professional who is in it, of a person who agreed. Answers JSON to the page's script."""
    visit = _carer(request, visit_key).visit
    # A block of the agenda without a patient is no visit of anybody's.
    patient, _reader = photo_access.reopen_photos(request.user, visit.appointment.patient_id or 0)
    if not _has_agreed(visit_key):
        sentence = _("Demandez d’abord son accord à la personne : il se note à son entrée dans l’appel.")
        return JsonResponse({"sentence": sentence}, status=409)
    form = VisitPhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"sentence": form.sentence}, status=422)
    said = form.cleaned_data
    try:
        photo = add_photo(request.user, patient, said.pop("photo"), visit=visit, **said)
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal.sentence)}, status=422)
    answer = {
        "sentence": _("La photo est dans le dossier."),
        "address": reverse("clinical_photo", args=[patient.pk, photo.key]),
    }
    return JsonResponse(answer, status=201)


def _carer(request: SignedInRequest, visit_key: UUID) -> Participant:
    """A professional by his own account, admitted, while the visit lasts."""
    participant = access.participant_of(request.user, visit_key)
    if participant.role not in CARERS or participant.user_id != request.user.pk:
        raise Http404
    if not access.may_enter_call(participant, clock.now()):
        raise Http404
    return participant


def _has_agreed(visit_key: UUID) -> bool:
    """The patient himself, or for him who came in with him; beside the nurse he agrees by her word."""
    people = Participant.objects.filter(visit__key=visit_key)
    agreed = people.filter(consented_at__isnull=False, consent_withdrawn_at=None)
    return agreed.filter(role__in=[ParticipantRole.PATIENT, ParticipantRole.NURSE]).exists()
