"""The team books, moves and cancels for a patient, at the desk or on the telephone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments.access import visits_for_staff
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.hold import SlotTaken
from appointments.availability import Slot, nearest_slots
from appointments.conditions import QuestionsMissing, questions_of
from appointments.eligibility import desk_warning
from appointments.forms.booking import QuestionsForm
from appointments.forms.joint import TOGETHER
from appointments.forms.staff import DespiteForm, OriginForm, StaffSearchForm, TypedTimeForm
from appointments.joint import other_of_chain
from appointments.models import Appointment, JoinedReason, Origin, VisitReason
from appointments.seating import Seeker
from appointments.staff_search import ALL_OPENINGS, around, earliest, staff_reasons, staff_slot
from appointments.supervision import answering_for
from appointments.views.disruptions import TO_OFFER, move_to_slot
from appointments.views.staff_find import IN_HAND, free_slot, read_slot
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff, stands_in_for
from patients.models import Patient
from practitioners.house import the_house
from practitioners.models import Room

# The search for two asks for both; at the same hour they mean nothing.
WAIT = {"battement": "0", "attente": "30"}


@dataclass
class Outcome:
    """What a tap led to: an appointment, the sentence that refuses, or a rule that the team may set aside."""

    booked: Appointment | None = None
    sentence: str = ""
    nearest: list[Slot] = field(default_factory=list)
    warning: str = ""
    despite: DespiteForm | None = None
    questions: QuestionsForm | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def book_for_patient(request: SignedInRequest, pk: int) -> HttpResponse:
    if kept := stands_in_for(request.user, pk):
        return redirect("book_for_patient", kept)
    patient = get_patient_for_staff(request.user, pk)
    reasons = staff_reasons()
    if (with_second := _asks_two(request, patient, reasons)) is not None:
        return redirect(with_second)
    typed = TypedTimeForm(reasons, request.POST if "typed" in request.POST else None)
    outcome = Outcome()
    if request.method == "POST":
        outcome = _book_typed(request, patient, typed) if typed.is_bound else _book(request, patient, reasons)
        if outcome.booked is not None:
            request.session.pop(IN_HAND, None)
            return redirect("booked_for_patient", pk, outcome.booked.reference)
    form = StaffSearchForm(reasons, request.GET or {})
    seeker = Seeker(patient.pk, request.user.pk)
    context: dict[str, Any] = {
        "patient": patient,
        "form": form,
        "found": earliest(form.wish(), reasons, clock.now(), seeker) if form.is_valid() else None,
        "typed": typed,
        "origin": OriginForm(initial={"origin": _origin(request)}) if is_desk(request.user) else None,
        "outcome": outcome,
        "asked_slot": request.POST.get("slot", "")[:40],
        "asked_origin": request.POST.get("origin", "")[:15],
        "asked_despite": request.POST.get("despite", "")[:200],
        "in_hand": free_slot(request.session.get(IN_HAND, ""), reasons, seeker),
    }
    status = 200 if request.method != "POST" else 409 if outcome.sentence or outcome.warning else 422
    return render(request, "appointments/desk/book_for_patient.html", context, status=status)


def _asks_two(request: SignedInRequest, patient: Patient, reasons: list[VisitReason]) -> str | None:
    """Where a visit that takes two is booked whole: the patient, both professionals, the room, in one tap."""
    asked = read_slot(request.POST.get("slot", ""), reasons) if request.method == "POST" else None
    joined = JoinedReason.objects.filter(reason=asked[0]).first() if asked is not None else None
    if asked is None or joined is None:
        return None
    day = clock.local(asked[1]).date().isoformat()
    wish = {"un": f"r{asked[0].pk}", "autre": f"c{joined.category_id}", "comment": TOGETHER, "du": day}
    return f"{reverse('joint', args=[patient.pk])}?{urlencode(wish | WAIT)}"


def _origin(request: SignedInRequest) -> Origin:
    if not is_desk(request.user):
        return Origin.PRACTITIONER
    return Origin.DESK if request.POST.get("origin") == Origin.DESK else Origin.PHONE


def _book(request: SignedInRequest, patient: Patient, reasons: list[VisitReason]) -> Outcome:
    asked = read_slot(request.POST.get("slot", ""), reasons)
    if asked is None:
        return Outcome(sentence=_("Choisissez une des dates proposées."))
    (reason, start_at), now = asked, clock.now()
    seeker = Seeker(patient.pk, request.user.pk)
    slot = staff_slot(reason, start_at, now, seeker) if start_at >= now else None
    despite = DespiteForm(request.POST if "despite" in request.POST else None, initial=request.POST.dict())
    try:
        if slot is None:
            raise SlotTaken
        warning = desk_warning(reason, patient, start_at, now) or ""
        if warning and not (despite.is_bound and despite.is_valid()):
            return Outcome(warning=warning, despite=despite)
        booked = book_at_desk(
            reason,
            start_at,
            patient,
            actor=request.user,
            place=the_house().places[slot.opening.place_id],
            room=Room.objects.filter(pk=slot.opening.room_id or 0).first(),
            why=despite.cleaned_data["despite"] if warning else "",
            despite=warning,
            origin=_origin(request),
            answers=_answers(request, reason),
        )
    except QuestionsMissing as asked_for:
        bound = request.POST if "questions" in request.POST else None
        return Outcome(questions=QuestionsForm(asked_for.terms.questions, bound))
    except Refusal as refusal:
        return Outcome(sentence=str(refusal.sentence), nearest=around(reason, start_at, now, seeker))
    return Outcome(booked)


def _answers(request: SignedInRequest, reason: VisitReason) -> dict[str, bool] | None:
    """What the protocol of the visit asks, read out to the patient; None where it was not asked yet."""
    form = QuestionsForm(questions_of(reason), request.POST)
    return form.answers() if "questions" in request.POST and form.is_valid() else None


def _book_typed(request: SignedInRequest, patient: Patient, form: TypedTimeForm) -> Outcome:
    """A typed time may lie outside the openings or above another visit: the reason goes into the trail."""
    if not form.is_valid():
        return Outcome()
    reason, start_at = form.chosen, form.start_at
    warning = desk_warning(reason, patient, start_at, clock.now()) or ""
    if warning and not form.cleaned_data["despite"]:
        form.ask_despite(warning)
        return Outcome()
    try:
        booked = book_at_desk(
            reason,
            start_at,
            patient,
            actor=request.user,
            place=the_house().places[form.cleaned_data["place"]],
            overbook=True,
            why=form.cleaned_data["why"],
            despite=warning,
            origin=_origin(request),
        )
    except Refusal as refusal:
        form.add_error("hour", str(refusal.sentence))
        return Outcome(nearest=around(reason, start_at, clock.now(), Seeker(patient.pk, request.user.pk)))
    return Outcome(booked)


def _visit(request: SignedInRequest, pk: int, reference: str) -> Appointment:
    patient = get_patient_for_staff(request.user, pk)
    visit = visits_for_staff(request.user, patient).filter(reference=reference).first()
    if visit is None:
        raise Http404
    return visit


@require_safe
def booked_for_patient(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """Said aloud or printed for somebody without a screen."""
    visit = _visit(request, pk, reference)
    context = {"visit": visit, "supervisor": answering_for([visit]).get(visit.pk)}
    return render(request, "appointments/desk/booked_for_patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def move_for_patient(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    visit = _visit(request, pk, reference)
    sentence = None
    if request.method == "POST" and "following" in request.POST and visit.series_id is not None:
        address = reverse("shift_series", args=[pk, visit.series_id, reference])
        return redirect(f"{address}?{urlencode({'slot': request.POST.get('slot', '')})}")
    if request.method == "POST":
        sentence = move_to_slot(request, visit, request.POST.get("slot", ""))
        if sentence is None:
            return redirect("patient_record", pk)
    slots = nearest_slots(
        [visit.reason],
        visit.start_at,
        now=clock.now(),
        audiences=ALL_OPENINGS,
        count=TO_OFFER,
        seeker=Seeker(visit.patient_id, visit.booked_by_id, frozenset({visit.pk})),
    )
    context = {"visit": visit, "slots": slots, "sentence": sentence, "following": _following(visit)}
    return render(
        request, "appointments/desk/move_for_patient.html", context, status=409 if sentence else 200
    )


def _following(visit: Appointment) -> int:
    """How many sessions of its series come after this one."""
    if visit.series_id is None:
        return 0
    later = Appointment.objects.coming().filter(series=visit.series_id, start_at__gt=visit.start_at)
    return later.count()


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_for_patient(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """Asks once more, since the patient is told at once."""
    visit = _visit(request, pk, reference)
    if request.method != "POST":
        context = {"visit": visit, "other": other_of_chain(visit)}
        return render(request, "appointments/desk/cancel_for_patient.html", context)
    try:
        cancel(visit, actor=request.user, note=request.POST.get("note", "")[:300], by_staff=True)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Le rendez-vous est annulé et le patient prévenu."))
    return redirect("patient_record", pk)
