"""« Adresser à un partenaire »: whereto, whom, the letter; from the patient's record or from the programme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from coordination.access import reader_of
from coordination.document_access import documents_for_care
from coordination.known_facts import known_facts
from coordination.models import Document
from core import clock
from core.refusal import Refusal
from partnerships import request_access as access
from partnerships.actions.write_request import (
    ConsentMissing,
    LetterIncomplete,
    send_request,
    write_request,
)
from partnerships.forms.request import RequestForm, documents_of, initial_of
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestState
from partnerships.request_letter import current_template
from patients.access import get_patient_for_practitioner, practitioner_of, visible_patients
from patients.models import Patient
from practitioners.models import Practitioner

# Where on the page it is said why the letter does not leave.
FIELD_OF: dict[type[Refusal], str] = {ConsentMissing: "consent_means", LetterIncomplete: "as_it_is"}
MOST_PATIENTS = 20
MOST_DOCUMENTS = 20


@require_safe
def choose_programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the record: to which consultation."""
    patient = get_patient_for_practitioner(request.user, pk)
    practitioner = practitioner_of(request.user)
    if practitioner is None:
        raise Http404
    programmes = access.programmes_to_refer_to(practitioner).order_by("name", "pk")
    context = {"patient": patient, "programmes": list(programmes)}
    return render(request, "partnerships/choose_programme.html", context)


@require_safe
def choose_patient(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the programme: whom. By a part of the name, among those whom one may open."""
    programme, _practitioner = access.get_programme_to_refer_to(request.user, pk)
    letters = request.GET.get("nom", "").replace("\x00", "").strip()[:60]
    people = visible_patients(request.user).filter(deceased_on=None)
    if letters:
        people = people.filter(birth_name__icontains=letters) | people.filter(used_name__icontains=letters)
    context = {
        "programme": programme,
        "partner": programme.partner,
        "letters": letters,
        "people": people.order_by("birth_name", "birth_first_names", "pk")[:MOST_PATIENTS],
    }
    return render(request, "partnerships/choose_patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_consultation_request(request: SignedInRequest, pk: int, programme_pk: int) -> HttpResponse:
    programme, requester = access.get_programme_to_refer_to(request.user, programme_pk)
    patient = get_patient_for_practitioner(request.user, pk)
    return _letter(request, programme, patient, requester, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only a draft, only by who writes it."""
    draft = access.get_request_as_requester(request.user, pk).request
    if draft.state != RequestState.DRAFT:
        return redirect("consultation_request", pk)
    assert draft.patient is not None
    assert draft.requester is not None
    return _letter(request, draft.programme, draft.patient, draft.requester, draft)


def _letter(
    request: SignedInRequest,
    programme: AdvancedConsultation,
    patient: Patient,
    requester: Practitioner,
    draft: ConsultationRequest | None,
) -> HttpResponse:
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RequestForm(
        draft.template if draft is not None else current_template(programme.pk),
        _documents(request, patient),
        *posted,
        draft=draft,
        initial=_first_values(request, patient, draft),
    )
    if request.method == "POST" and form.is_valid():
        kept, is_settled = _keep(request, programme, patient, requester, draft, form)
        if kept is not None and is_settled:
            return redirect("consultation_request", kept.pk)
        if kept is not None:
            draft = kept
            form.may_drop_of(kept)
    context = {
        "programme": programme,
        "patient": patient,
        "form": form,
        "draft": draft,
        "files": list(draft.files.select_related("upload")) if draft is not None else [],
    }
    return render(
        request, "partnerships/write_consultation_request.html", context, status=422 if form.errors else 200
    )


def _keep(
    request: SignedInRequest,
    programme: AdvancedConsultation,
    patient: Patient,
    requester: Practitioner,
    draft: ConsultationRequest | None,
    form: RequestForm,
) -> tuple[ConsultationRequest | None, bool]:
    """The draft, and whether it is done with: what may not be sent yet is kept with its files, nothing is lost."""
    try:
        kept = write_request(programme, patient, requester, form.letter(), actor=request.user, draft=draft)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return None, False
    if "send" not in request.POST:
        messages.success(request, _("Le brouillon est gardé. Rien n’est parti."))
        return kept, True
    try:
        send_request(kept, actor=request.user, as_it_is=form.cleaned_data["as_it_is"])
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(type(refusal)), str(refusal.sentence))
        messages.info(request, _("Rien n’est parti : la lettre est gardée en brouillon."))
        return kept, False
    messages.success(request, _("La demande est partie. La personne est prévenue."))
    return kept, True


def _documents(request: SignedInRequest, patient: Patient) -> list[Document]:
    reader = reader_of(request.user, patient)
    rows = documents_for_care(patient, reader).filed()
    return list(rows.order_by("-dated_on", "-pk")[:MOST_DOCUMENTS])


def _first_values(
    request: SignedInRequest, patient: Patient, draft: ConsultationRequest | None
) -> dict[str, Any]:
    if draft is None:
        return {"facts": known_facts(patient, request.user), "consent_on": clock.today()}
    return {**initial_of(draft), "documents": documents_of(draft)}
