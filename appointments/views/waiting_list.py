"""The team's waiting list: the order, the trail, and what may be done by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import access
from appointments.actions.ask_waiting import ask_waiting
from appointments.actions.change_request import end_request, resume_request, set_priority
from appointments.actions.decline_offer import withdraw_offer
from appointments.actions.offer_slot import offer_slot
from appointments.forms.waiting import DeskWaitingForm, PriorityForm
from appointments.models import Origin, SlotOffer, WaitingRequest
from appointments.models.offer import OfferState
from appointments.models.waiting import Priority, RequestState
from appointments.staff_search import staff_reasons
from appointments.waiting import rule_of, suiting, times_of
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff
from practitioners.house import the_house

PER_PAGE = 40
MOST_SLOTS = 24
SHOWN = timedelta(days=30)
MOST_OFFERS = 200


@require_safe
def waiting_list(request: SignedInRequest) -> HttpResponse:
    access.require_waiting_list(request.user)
    rows = access.waiting_for_staff(request.user).live().with_details().in_turn()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    offers = {
        offer.request_id: offer
        for offer in SlotOffer.objects.waiting()
        .filter(request__in=[row.pk for row in page])
        .select_related("practitioner")
    }
    context = {
        "rows": [(row, offers.get(row.pk)) for row in page],
        "page": page,
        "before": page.start_index() - 1,
        "rule": _rule(),
    }
    return render(request, "appointments/desk/waiting_list.html", context)


@require_safe
def offered_slots(request: SignedInRequest) -> HttpResponse:
    """Slot by slot: who was offered it, when, and what he said."""
    access.require_waiting_list(request.user)
    offers = (
        access.offers_for_staff(request.user)
        .filter(sent_at__gte=clock.now() - SHOWN)
        .with_details()
        .order_by("-start_at", "practitioner_id", "sent_at", "pk")[:MOST_OFFERS]
    )
    slots = [
        list(group) for _key, group in groupby(offers, key=lambda one: (one.start_at, one.practitioner_id))
    ]
    return render(request, "appointments/desk/offered_slots.html", {"slots": slots, "now": clock.now()})


@require_safe
def waiting_request(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, access.get_waiting_for_staff(request.user, pk))


def _page(
    request: SignedInRequest,
    wish: WaitingRequest,
    *,
    form: PriorityForm | None = None,
    sentence: str = "",
) -> HttpResponse:
    can_offer = wish.is_live and wish.state != RequestState.OFFERED
    context = {
        "wish": wish,
        "offers": wish.offers.with_details().order_by("-sent_at", "-pk"),
        "slots": suiting(wish, now=clock.now())[:MOST_SLOTS] if can_offer else [],
        "can_offer": can_offer,
        "form": form or PriorityForm(initial={"priority": wish.priority, "note": wish.priority_note}),
        "rule": _rule(),
        "sentence": sentence,
    }
    status = 409 if sentence else 422 if form and form.errors else 200
    return render(request, "appointments/desk/waiting_request.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    """On the telephone or at the desk, from the patient's record."""
    patient = get_patient_for_staff(request.user, pk)
    form = DeskWaitingForm(
        request.POST if request.method == "POST" else None, reasons=access.reasons_to_wait_for(request.user)
    )
    sentence = ""
    if request.method == "POST" and form.is_valid():
        origin = Origin.PHONE if is_desk(request.user) else Origin.PRACTITIONER
        wish = form.request_for(patient, form.asked_for, origin)
        try:
            ask_waiting(wish, form.chosen(), actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(request, _("%s est sur la liste d’attente.") % patient)
            return redirect("patient_record", pk)
    context = {"patient": patient, "form": form, "sentence": sentence}
    status = 422 if form.errors else 409 if sentence else 200
    return render(request, "appointments/desk/add_waiting.html", context, status=status)


@require_POST
def prioritise(request: SignedInRequest, pk: int) -> HttpResponse:
    wish = access.get_waiting_for_staff(request.user, pk)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        return _page(request, wish, form=form)
    try:
        set_priority(
            wish, Priority(form.cleaned_data["priority"]), form.cleaned_data["note"], actor=request.user
        )
    except Refusal as refusal:
        return _page(request, wish, sentence=str(refusal.sentence))
    messages.success(request, _("Le tour est changé."))
    return redirect("waiting_request", pk)


@require_POST
def offer_by_hand(request: SignedInRequest, pk: int) -> HttpResponse:
    """A time chosen by the team, out of turn: the trail says who did it."""
    wish = access.get_waiting_for_staff(request.user, pk)
    key, _dot, start = request.POST.get("slot", "").partition(".")
    reason = next((one for one in staff_reasons() if str(one.pk) == key), None)
    if reason is None or not (start.isascii() and start.isdigit() and len(start) <= 11):
        return _page(request, wish, sentence=_("Choisissez une des heures proposées."))
    if reason.category_id != wish.category_id:
        raise Http404
    now = clock.now()
    times = times_of(now, rule_of(reason.practitioner.centre_id).answer_time)
    try:
        offer_slot(
            reason,
            datetime.fromtimestamp(int(start), tz=UTC),
            times=times,
            actor=request.user,
            request=wish,
        )
    except Refusal as refusal:
        return _page(request, access.get_waiting_for_staff(request.user, pk), sentence=str(refusal.sentence))
    messages.success(request, _("Le créneau est proposé : il est gardé jusqu’à la réponse."))
    return redirect("waiting_request", pk)


@require_POST
def take_back_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    wish = access.get_waiting_for_staff(request.user, pk)
    offer = wish.offers.filter(state=OfferState.SENT).first()
    try:
        if offer is not None:
            withdraw_offer(offer, actor=request.user)
    except Refusal as refusal:
        return _page(request, wish, sentence=str(refusal.sentence))
    messages.success(request, _("L’offre est retirée : le créneau est proposé au suivant."))
    return redirect("waiting_request", pk)


@require_POST
def end_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    end_request(access.get_waiting_for_staff(request.user, pk), actor=request.user)
    messages.success(request, _("La demande est retirée de la liste."))
    return redirect("waiting_list")


@require_POST
def resume_for_patient(request: SignedInRequest, pk: int) -> HttpResponse:
    wish = access.get_waiting_for_staff(request.user, pk)
    try:
        resume_request(wish, actor=request.user)
    except Refusal as refusal:
        return _page(request, wish, sentence=str(refusal.sentence))
    messages.success(request, _("La demande est reprise."))
    return redirect("waiting_request", pk)


def _rule() -> object:
    house = the_house().centre
    return rule_of(house.pk if house else 0)
