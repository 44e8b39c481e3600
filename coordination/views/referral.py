"""One referral with its story; each answer is one button and at most one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination import referral_access as access
from coordination.actions import answer_referral as answers
from coordination.actions.redirect_referral import redirect_referral as redirect_action
from coordination.actions.report_referral import close_referral, renew_after_report, write_report
from coordination.forms.referral_answer import (
    KNOWN_MEASURES,
    AcceptForm,
    RedirectForm,
    ReportForm,
)
from coordination.models import Referral, ReferralState
from coordination.referral_letter import letter_of
from coordination.referral_page import page_of
from coordination.referral_people import addressable, away_until
from core.audit.record import record
from core.refusal import Refusal
from core.web.words import WordsForm
from patients.access import OPENED


@require_safe
def referral(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, access.get_referral(request.user, pk))


def _page(request: SignedInRequest, reading: access.Reading, **changed: Any) -> HttpResponse:
    """`changed`: the form that was refused, open and with what was typed."""
    context = page_of(reading) | changed
    return render(request, "coordination/referral.html", context, status=422 if changed else 200)


def _answer(
    request: SignedInRequest, pk: int, name: str, form: forms.Form, act: Callable[[], object], done: str
) -> HttpResponse:
    """What was typed is kept beside the sentence that refuses it."""
    if form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, done)
            return redirect("referral", pk)
    return _page(request, access.get_referral(request.user, pk), **{name: form})


@require_POST
def accept_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found, practitioner = access.get_referral_as_asked(request.user, pk)
    form = AcceptForm(practitioner, request.POST)

    def act() -> None:
        if found.state == ReferralState.ACCEPTED:
            plan = form.plan()
            if plan is not None:
                answers.invite_patient(found, plan, actor=request.user)
        else:
            answers.accept_referral(found, practitioner, actor=request.user, plan=form.plan())

    return _answer(request, pk, "accept_form", form, act, _("C’est noté."))


@require_POST
def ask_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    found, practitioner = access.get_referral_as_asked(request.user, pk)
    form = WordsForm(_("Votre question"), request.POST)
    return _answer(
        request,
        pk,
        "ask_form",
        form,
        lambda: answers.ask_detail(found, practitioner, form.cleaned_data["words"], actor=request.user),
        _("Votre question est partie."),
    )


@require_POST
def give_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_referral_as_requester(request.user, pk)
    form = WordsForm(_("Votre réponse"), request.POST)
    return _answer(
        request,
        pk,
        "detail_form",
        form,
        lambda: answers.give_detail(found, form.cleaned_data["words"], actor=request.user),
        _("Votre réponse est partie."),
    )


@require_POST
def refuse_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found, practitioner = access.get_referral_as_asked(request.user, pk)
    form = WordsForm(_("Pourquoi"), request.POST)
    if not form.is_valid():
        return _page(request, access.get_referral(request.user, pk), refuse_form=form)
    words = form.cleaned_data["words"]
    try:
        answers.refuse_referral(found, practitioner, words, actor=request.user)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return _page(request, access.get_referral(request.user, pk), refuse_form=form)
    messages.success(request, _("C’est refusé. Le demandeur lit la raison et décide de la suite."))
    return redirect("referrals")


@require_POST
def redirect_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_referral_to_redirect(request.user, pk)
    people = list(addressable().exclude(pk=found.requester_id))
    form = RedirectForm(people, away_until([one.pk for one in people]), request.POST)
    if form.is_valid():
        target, profession = form.chosen()
        try:
            redirect_action(
                found,
                target=target,
                profession=profession,
                note=form.cleaned_data["words"],
                actor=request.user,
                word=form.word(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("L’adressage est parti vers quelqu’un d’autre."))
            return redirect("referrals")
    return _page(request, access.get_referral(request.user, pk), redirect_form=form)


@require_POST
def withdraw_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_referral_as_requester(request.user, pk)
    return _tap(
        request,
        pk,
        lambda: answers.withdraw_referral(found, actor=request.user),
        _("L’adressage est retiré."),
    )


@require_POST
def close_read_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    """« J’ai lu » : the report, or the refusal."""
    found = access.get_referral_as_requester(request.user, pk)
    verb = "read" if found.state == ReferralState.COMPLETED else "let-go"
    return _tap(
        request, pk, lambda: close_referral(found, actor=request.user, verb=verb), _("C’est terminé.")
    )


@require_POST
def renew_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_referral_as_requester(request.user, pk)
    return _tap(
        request,
        pk,
        lambda: renew_after_report(found, actor=request.user),
        _("Le bilan est lu, et la suite est demandée."),
    )


def _tap(request: SignedInRequest, pk: int, act: Callable[[], Referral], done: str) -> HttpResponse:
    """Without a form: the sentence that refuses is shown on the page."""
    try:
        shown = act()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("referral", pk)
    messages.success(request, done)
    return redirect("referral", shown.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    found, practitioner = access.get_referral_as_asked(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = ReportForm(posted)
    if posted is not None and form.is_valid():
        try:
            write_report(found, practitioner, form.account(), actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(
                request, _("Le bilan est parti : %(who)s le reçoit.") % {"who": found.requester.display_name}
            )
            return redirect("referral", pk)
    context = {"referral": found, "form": form, "known_measures": KNOWN_MEASURES}
    return render(request, "coordination/report_referral.html", context, status=422 if posted else 200)


@require_safe
def referral_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the care team only: it holds the clinical context. Printing leaves its line."""
    reading = access.get_referral(request.user, pk)
    if not reading.is_clinical:
        raise Http404
    found = reading.referral
    record(request.user, f"{OPENED}.letter", found, patient_id=found.patient_id, reason=_("lettre imprimée"))
    response = HttpResponse(letter_of(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="adressage-{found.pk}.pdf"'
    return response
