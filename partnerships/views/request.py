"""One request with its letter and its thread; each answer is one button and at most one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core.audit.record import record
from core.refusal import Refusal
from core.uploads import serve
from core.web.words import WordsForm
from partnerships import request_access as access
from partnerships.actions import sort_request as sorting
from partnerships.actions.write_request import answer_triage as do_answer
from partnerships.actions.write_request import withdraw_request
from partnerships.forms.sort_request import AcceptForm
from partnerships.models import ConsultationRequest, RequestOrigin, RequestState
from partnerships.request_inbox import whom
from partnerships.request_letter import letter_pdf, readable_upload
from partnerships.request_page import onward_form, page_of
from patients.access import OPENED


@require_safe
def consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, access.get_request(request.user, pk))


def _page(request: SignedInRequest, reading: access.Reading, **changed: Any) -> HttpResponse:
    """`changed`: the form that was refused, open and with what was typed."""
    context = page_of(reading) | changed
    return render(request, "partnerships/consultation_request.html", context, status=422 if changed else 200)


def _answer(
    request: SignedInRequest,
    reading: access.Reading,
    name: str,
    form: forms.Form,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    """What was typed is kept beside the sentence that refuses it."""
    if form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, done)
            return redirect("consultation_request", reading.request.pk)
    return _page(request, reading, **{name: form})


@require_POST
def accept_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Or, once it waits, another priority."""
    reading = access.get_request_to_triage(request.user, pk)
    form = AcceptForm(request.POST)
    found = reading.request
    if found.state in (RequestState.ACCEPTED, RequestState.INVITED):
        return _answer(
            request,
            reading,
            "rank_form",
            form,
            lambda: sorting.change_priority(found, form.cleaned_data["priority"], actor=request.user),
            _("La priorité est changée."),
        )
    return _answer(
        request,
        reading,
        "accept_form",
        form,
        lambda: sorting.accept_request(
            found, form.cleaned_data["priority"], actor=request.user, note=form.cleaned_data["words"]
        ),
        _("La demande est acceptée : la personne est en liste d’attente."),
    )


@require_POST
def ask_requester(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_request_to_triage(request.user, pk)
    form = WordsForm(_("Votre question"), request.POST)
    return _answer(
        request,
        reading,
        "ask_form",
        form,
        lambda: sorting.ask_requester(reading.request, form.cleaned_data["words"], actor=request.user),
        _("Votre question est partie."),
    )


@require_POST
def answer_triage(request: SignedInRequest, pk: int) -> HttpResponse:
    """By who asked; for somebody without account, by who had him on the telephone."""
    reading = access.get_request(request.user, pk)
    by_phone = reading.triages and reading.request.origin != RequestOrigin.HOUSE
    if not (reading.is_requester or by_phone):
        raise Http404
    form = WordsForm(_("Votre réponse"), request.POST)
    return _answer(
        request,
        reading,
        "detail_form",
        form,
        lambda: do_answer(reading.request, form.cleaned_data["words"], actor=request.user),
        _("Votre réponse est partie."),
    )


@require_POST
def refuse_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_request_to_triage(request.user, pk)
    form = WordsForm(_("Pourquoi"), request.POST)
    return _answer(
        request,
        reading,
        "refuse_form",
        form,
        lambda: sorting.refuse_request(reading.request, form.cleaned_data["words"], actor=request.user),
        _("La demande est refusée. Qui a demandé lit la raison."),
    )


@require_POST
def redirect_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_request_to_triage(request.user, pk)
    form = onward_form(reading.request, request.POST)
    return _answer(
        request,
        reading,
        "onward_form",
        form,
        lambda: sorting.redirect_request(
            reading.request,
            form.chosen(),
            form.cleaned_data["words"],
            actor=request.user,
            word=form.word(),
        ),
        _("La demande est transmise. Tout le monde est prévenu."),
    )


@require_POST
def withdraw_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """By who asked; by who sorts, for somebody who rang to say no."""
    reading = access.get_request(request.user, pk)
    if not (reading.is_requester or reading.triages):
        raise Http404
    try:
        withdraw_request(reading.request, actor=request.user, note=request.POST.get("words", "")[:500])
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La demande est retirée."))
    if reading.request.received_at is None:
        return redirect("consultation_requests")
    return redirect("consultation_request", pk)


@require_safe
def consultation_request_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """For who reads the letter only. Printing leaves its line."""
    reading = access.get_request(request.user, pk)
    if not reading.is_clinical:
        raise Http404
    found = reading.request
    record(
        request.user,
        f"{OPENED}.letter",
        found,
        patient_id=found.patient_id,
        reason=_("lettre imprimée"),
    )
    name = found.requester.display_name if found.requester is not None else found.get_origin_display()
    sender = getattr(found, "sender", None)
    content = letter_pdf(found, sender.name if sender is not None else str(name), _identity(found))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="demande-{found.pk}.pdf"'
    return response


def _identity(found: ConsultationRequest) -> str:
    if found.patient is None or found.patient.is_under_pseudonym:
        return whom(found)
    return _("%(name)s, date de naissance %(day)s") % {
        "name": found.patient.display_name,
        "day": f"{found.patient.birth_date:%d/%m/%Y}",
    }


@require_safe
def consultation_request_file(request: SignedInRequest, pk: int, file_pk: int) -> HttpResponseBase:
    found = access.get_request_file(request.user, pk, file_pk)
    upload = found.upload or (found.document.upload if found.document is not None else None)
    if upload is None or not readable_upload(found):
        raise Http404
    record(
        request.user,
        f"{OPENED}.file",
        found.request,
        patient_id=found.request.patient_id,
        reason=_("pièce d’une demande"),
    )
    return serve.attachment(upload, found.name)
