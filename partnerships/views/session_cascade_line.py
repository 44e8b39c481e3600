"""One patient of a cancelled session: another proposal, or what he says on the telephone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments.actions.plan_cascade import change_line, given_by, spoken_for
from appointments.availability import Slot
from appointments.cascade import options
from appointments.models import CascadeLine, PlaceKind, SlotOffer, WaitingListRule
from appointments.models.cascade import Step
from appointments.waiting import rule_of
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions import by_phone
from partnerships.models import ExpectedPatient
from partnerships.session_cascade import expected_in, progress_of
from partnerships.session_places import SessionPlaces

type Found = dict[Step, list[Slot]]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_session_cascade_line(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """Another place, or another way, for one patient who has not been told anything yet."""
    expected = access.get_expected(request.user, pk, reference)
    line = CascadeLine.objects.filter(
        cascade=expected.cascade, appointment=expected.disruption.appointment, sent_at=None
    ).first()
    if line is None:
        raise Http404
    found = _options(expected, line, rule_of(expected.cascade.practitioner.centre_id))
    sentence = ""
    if request.method == "POST":
        sentence = _refused(lambda: _change(request, line, found))
        if not sentence:
            return redirect("session_cascade", pk)
    return _page(request, "session_cascade_line", expected, found, sentence, pk=pk, line=line)


@require_http_methods(["GET", "HEAD", "POST"])
def call_session_patient(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """What he says is done at once."""
    expected = access.get_expected(request.user, pk, reference)
    now = clock.now()
    patient = next(
        one for one in progress_of(expected.cascade, now).patients if one.expected.pk == expected.pk
    )
    if patient.is_done:
        messages.info(request, _("Ce patient a déjà sa réponse."))
        return redirect("session_cascade", pk)
    # He answers now: nothing has to be kept for him until tomorrow.
    found = _options(expected, patient.line, WaitingListRule(replacement_hours=0))
    sentence = ""
    if request.method == "POST":
        sentence = _refused(lambda: _say(request, expected, found))
        if not sentence:
            messages.success(request, _("C’est noté."))
            return redirect("session_cascade", pk)
    offer = SlotOffer.objects.waiting(now).filter(replaces=patient.visit).select_related("practitioner")
    return _page(
        request,
        "session_cascade_call",
        expected,
        found,
        sentence,
        pk=pk,
        patient=patient,
        offer=offer.first(),
    )


def _page(
    request: SignedInRequest,
    template: str,
    expected: ExpectedPatient,
    found: Found,
    sentence: str,
    **more: object,
) -> HttpResponse:
    elsewhere = found[Step.OTHER]
    context = {
        "expected": expected,
        "visit": expected.disruption.appointment,
        "session": expected.session,
        "partner": expected.session.programme.partner,
        "same": found[Step.SAME],
        "other": [slot for slot in elsewhere if slot.reason.place_kind != PlaceKind.VIDEO],
        "video": [slot for slot in elsewhere if slot.reason.place_kind == PlaceKind.VIDEO],
        "sentence": sentence,
    }
    status = 409 if sentence else 200
    return render(request, f"partnerships/{template}.html", context | more, status=status)


def _options(expected: ExpectedPatient, line: CascadeLine | None, rule: WaitingListRule) -> Found:
    """Clear of what the plans give to the others."""
    return options(
        expected.disruption.appointment,
        within_days=expected.cascade.within_days,
        now=clock.now(),
        rule=rule,
        given=given_by(spoken_for(but=line)),
        count=12,
        places=SessionPlaces(expected_in(expected.cascade)),
    )


def _refused(change: Callable[[], bool]) -> str:
    """The sentence that refuses, or nothing: done."""
    try:
        done = change()
    except Refusal as refusal:
        return str(refusal.sentence)
    if done:
        return ""
    return _("Choisissez une des possibilités de la liste : une place a pu être prise entre-temps.")


def _slot(request: SignedInRequest, found: Found) -> tuple[Step, Slot] | None:
    asked = request.POST.get("slot", "")
    return next(
        ((step, slot) for step, slots in found.items() for slot in slots if slot.value == asked), None
    )


def _change(request: SignedInRequest, line: CascadeLine, found: Found) -> bool:
    if request.POST.get("slot") in (Step.WAIT, Step.CALL):
        change_line(line, Step(request.POST["slot"]), actor=request.user)
        return True
    if chosen := _slot(request, found):
        step, slot = chosen
        change_line(line, step, actor=request.user, reason=slot.reason, start_at=slot.start_at)
    return chosen is not None


def _say(request: SignedInRequest, expected: ExpectedPatient, found: Found) -> bool:
    said = {
        "accept": by_phone.accept_by_phone,
        Step.WAIT: by_phone.list_by_phone,
        "no": by_phone.give_up_by_phone,
    }.get(request.POST.get("slot", ""))
    if said is not None:
        said(expected, actor=request.user)
        return True
    if chosen := _slot(request, found):
        by_phone.seat_by_phone(expected, chosen[1], actor=request.user)
    return chosen is not None
