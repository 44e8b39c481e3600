"""One request for an opinion with its thread and its answer; each step is one button and at most a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core.audit.record import record
from core.refusal import Refusal
from core.web.words import WordsForm
from patients.access import OPENED, practitioner_of
from practitioners.models import Practitioner
from teleconsult import expertise_access as access
from teleconsult.actions import answer_expertise as answering
from teleconsult.actions import convert_expertise as converting
from teleconsult.actions import write_expertise as writing
from teleconsult.expertise_page import elsewhere_form, page_of
from teleconsult.expertise_paper import paper_of
from teleconsult.forms.answer_expertise import AnswerForm, ConversionForm
from teleconsult.models import Conversion, ExpertiseAnswer, ExpertiseState


@require_safe
def expertise_request(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise(request.user, pk)
    if reading.request.is_draft:
        return redirect("edit_expertise_request", pk)
    return _page(request, reading)


def _page(request: SignedInRequest, reading: access.Reading, **changed: Any) -> HttpResponse:
    """`changed`: the form that was refused, open and with what was typed."""
    context = page_of(reading) | changed
    return render(request, "teleconsult/expertise_request.html", context, status=422 if changed else 200)


def _step(
    request: SignedInRequest,
    reading: access.Reading,
    done: str,
    act: Callable[[], object],
    *,
    name: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    """What was typed is kept beside the sentence that refuses it."""
    if form is not None and not form.is_valid():
        return _page(request, reading, **{name: form})
    try:
        act()
    except Refusal as refusal:
        if form is not None:
            form.add_error(None, str(refusal.sentence))
            return _page(request, reading, **{name: form})
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, done)
    return redirect("expertise_request", reading.request.pk)


def _me(request: SignedInRequest) -> Practitioner:
    practitioner = practitioner_of(request.user)
    if practitioner is None:
        raise Http404
    return practitioner


@require_POST
def claim_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who was too slow reads by whom it was taken, on his list: the record is not for him."""
    found = access.get_expertise_to_take(request.user, pk)
    try:
        answering.claim_expertise(found, _me(request), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("expertise_requests")
    messages.success(request, _("La demande est à vous : le dossier vous est ouvert."))
    return redirect("expertise_request", pk)


@require_POST
def ask_expertise_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_as_holder(request.user, pk)
    form = WordsForm(_("Votre question"), request.POST)
    return _step(
        request,
        reading,
        _("Votre question est partie. Le délai attend la réponse."),
        lambda: answering.ask_detail(
            reading.request, _me(request), form.cleaned_data["words"], actor=request.user
        ),
        name="ask_form",
        form=form,
    )


@require_POST
def give_expertise_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_as_requester(request.user, pk)
    form = WordsForm(_("Votre réponse"), request.POST)
    return _step(
        request,
        reading,
        _("Votre réponse est partie."),
        lambda: answering.give_detail(reading.request, form.cleaned_data["words"], actor=request.user),
        name="detail_form",
        form=form,
    )


@require_POST
def answer_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Also by who held it until its deadline passed while he wrote: where nobody else has it, it is still his."""
    reading = access.get_expertise(request.user, pk)
    if not (reading.is_holder or reading.may_take):
        raise Http404
    form = AnswerForm(request.POST)
    return _step(
        request,
        reading,
        _("Votre avis est dans le dossier. Qui l’a demandé en est prévenu."),
        lambda: answering.answer_expertise(reading.request, _me(request), form.opinion(), actor=request.user),
        name="answer_form",
        form=form,
    )


@require_POST
def correct_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_as_holder(request.user, pk)
    last = reading.request.answers.first()
    if last is None:
        raise Http404
    form = AnswerForm(request.POST, corrects=last)
    return _step(
        request,
        reading,
        _("L’avis est corrigé. La version d’avant reste lisible."),
        lambda: answering.correct_answer(
            reading.request, _me(request), form.opinion(), form.cleaned_data["why"], actor=request.user
        ),
        name="correct_form",
        form=form,
    )


@require_POST
def convert_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    """By the expert who has it; by who asked, once it was declined."""
    reading = access.get_expertise(request.user, pk)
    declined = reading.is_requester and reading.request.state == ExpertiseState.DECLINED
    if not (reading.is_holder or declined):
        raise Http404
    form = ConversionForm(request.POST)
    return _step(
        request,
        reading,
        _("Le rendez-vous est à prendre par la maison, qui en est prévenue."),
        lambda: converting.convert_expertise(
            reading.request,
            Conversion(form.cleaned_data["conversion"]),
            form.cleaned_data["words"],
            actor=request.user,
        ),
        name="convert_form",
        form=form,
    )


@require_POST
def step_aside_from_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Then the page may not be his any more: he goes back to his list."""
    reading = access.get_expertise(request.user, pk)
    if not (reading.may_take or reading.is_holder):
        raise Http404
    form = WordsForm(_("Pourquoi"), request.POST)
    if not form.is_valid():
        return _page(request, reading, aside_form=form)
    try:
        answering.step_aside(reading.request, _me(request), form.cleaned_data["words"], actor=request.user)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return _page(request, reading, aside_form=form)
    messages.success(request, _("La demande continue sans vous."))
    return redirect("expertise_requests")


@require_POST
def send_expertise_elsewhere(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_as_requester(request.user, pk)
    form = elsewhere_form(reading, request.POST)
    return _step(
        request,
        reading,
        _("La demande est partie, avec un nouveau délai."),
        lambda: writing.send_elsewhere(reading.request, form.chosen(), actor=request.user),
        name="elsewhere_form",
        form=form,
    )


@require_POST
def withdraw_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_as_requester(request.user, pk)
    answer = _step(
        request,
        reading,
        _("La demande est retirée."),
        lambda: writing.withdraw_expertise(reading.request, actor=request.user),
    )
    return redirect("expertise_requests") if reading.request.is_draft else answer


@require_POST
def read_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    """« J’ai lu »; after a refusal: « j’en reste là »."""
    reading = access.get_expertise_as_requester(request.user, pk)
    return _step(
        request,
        reading,
        _("C’est noté : la demande est terminée."),
        lambda: answering.read_answer(reading.request, actor=request.user),
    )


@require_POST
def share_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise(request.user, pk)
    if not (reading.is_requester or reading.is_holder):
        raise Http404
    return _step(
        request,
        reading,
        _("Le patient peut lire l’avis dans son espace."),
        lambda: answering.share_answer(reading.request, actor=request.user),
    )


@require_POST
def settle_expertise(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_expertise_to_settle(request.user, pk)
    return _step(
        request,
        reading,
        _("C’est noté : le rendez-vous est pris."),
        lambda: converting.settle_expertise(reading.request, actor=request.user),
    )


@require_safe
def expertise_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """For who reads the answer only. Printing leaves its line."""
    reading = access.get_expertise(request.user, pk)
    answer = reading.request.answers.select_related("author__profession").first()
    if answer is None or not reading.is_clinical:
        raise Http404
    record(
        request.user,
        f"{OPENED}.letter",
        reading.request,
        patient_id=reading.request.patient_id,
        reason=_("avis imprimé"),
    )
    answer.request = reading.request
    return pdf_of(answer)


def pdf_of(answer: ExpertiseAnswer) -> HttpResponse:
    response = HttpResponse(paper_of(answer), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="avis-{answer.written_at:%Y-%m-%d}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response
