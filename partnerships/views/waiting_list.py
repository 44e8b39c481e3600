"""Who waits for a programme, in order; the next ones are invited from here."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_desk
from core import clock
from core.refusal import Refusal
from partnerships import invitation_access as access
from partnerships.actions.book_request import book_by_telephone, is_bookable
from partnerships.actions.invite_to_choose import (
    NothingFree,
    invite_to_choose,
    revoke_invitation,
)
from partnerships.forms.invitation import InviteForm
from partnerships.models import AdvancedConsultation, ReasonKind, RequestState
from partnerships.request_slots import free_seats, read_seat
from partnerships.waiting_board import board_of
from partnerships.waiting_list import place_of

AFTER_THE_VISIT = (RequestState.SEEN, RequestState.CLOSED)


@require_safe
def programme_waiting_list(request: SignedInRequest, pk: int) -> HttpResponse:
    programme = access.get_waiting_programme(request.user, pk)
    return _page(request, programme, InviteForm(programme))


@require_POST
def invite_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those who are ticked, in the order of the list; each for himself, so that one refusal holds up no other."""
    programme = access.get_programme_to_invite(request.user, pk)
    form = InviteForm(programme, request.POST)
    if not form.is_valid():
        return _page(request, programme, form)
    invited = 0
    for one in form.cleaned_data["requests"]:
        try:
            invite_to_choose(one, actor=request.user, valid_for=form.valid_for)
        except Refusal as refusal:
            messages.warning(request, str(refusal.sentence))
            if isinstance(refusal, NothingFree):
                break
        else:
            invited += 1
    if invited:
        words = ngettext("%(number)s personne invitée.", "%(number)s personnes invitées.", invited)
        messages.success(request, words % {"number": invited})
    return redirect("programme_waiting_list", pk)


@require_POST
def invite_follow_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """After the visit: the same link as for the first one, towards the seats of a follow-up."""
    found = access.get_request_to_book(request.user, pk)
    if not access.invites(request.user, found.programme):
        raise Http404
    try:
        invite_to_choose(found, actor=request.user, kind=ReasonKind.FOLLOW_UP)
    except Refusal as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        messages.success(request, _("La personne est invitée à choisir son rendez-vous de suivi."))
    return redirect("consultation_request", pk)


@require_POST
def revoke_request_invitation(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = access.get_invitation_to_revoke(request.user, pk)
    revoke_invitation(invitation, actor=request.user)
    if invitation.kind == ReasonKind.FOLLOW_UP:
        messages.success(request, _("L’invitation est retirée."))
        return redirect("consultation_request", invitation.request_id)
    messages.success(request, _("L’invitation est retirée ; la demande est de retour sur la liste."))
    return redirect("programme_waiting_list", invitation.request.programme_id)


@require_http_methods(["GET", "HEAD", "POST"])
def book_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """On the telephone: a free seat is read out, a tap books it. After the visit the same page books the follow-up."""
    found = access.get_request_to_book(request.user, pk)
    kind = ReasonKind.FOLLOW_UP if found.state in AFTER_THE_VISIT else ReasonKind.FIRST
    sentence = ""
    if request.method == "POST":
        seat = read_seat(found.programme, kind, request.POST.get("slot", ""))
        try:
            if seat is None:
                raise Refusal(_("Choisissez une des places proposées."))
            visit = book_by_telephone(found, *seat, actor=request.user, kind=kind)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(request, _("Le rendez-vous est pris, la personne est prévenue."))
            if is_desk(request.user):  # read aloud, or printed
                return redirect("booked_for_patient", found.patient_id, visit.reference)
            return redirect("programme_waiting_list", found.programme_id)
    context = {
        "found": found,
        "partner": found.programme.partner,
        "slots": free_seats(found, kind, by_staff=True) if is_bookable(found, kind) else [],
        "can_book": is_bookable(found, kind),
        "is_follow_up": kind == ReasonKind.FOLLOW_UP,
        "place": place_of(found, clock.now()),
        "sentence": sentence,
    }
    return render(request, "partnerships/book_request.html", context, status=409 if sentence else 200)


def _page(request: SignedInRequest, programme: AdvancedConsultation, form: InviteForm) -> HttpResponse:
    context = {
        "programme": programme,
        "partner": programme.partner,
        "board": board_of(programme, clock.now()),
        "form": form,
        "invites": access.invites(request.user, programme),
    }
    status = 422 if form.errors else 200
    return render(request, "partnerships/programme_waiting_list.html", context, status=status)
