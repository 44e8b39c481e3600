"""One date of a workshop: who is expected, who came, who waits; another hour, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments import workshop_access as access
from appointments.actions import save_workshop as workshop_actions
from appointments.actions.cancel_session import cancel_session as do_cancel
from appointments.actions.change_session import change_session as do_change
from appointments.actions.leave_workshop import leave_workshop
from appointments.actions.mark_attendance import mark_attendance as do_mark
from appointments.actions.seat_waiting import move_in_queue as do_move
from appointments.actions.seat_waiting import seat_by_hand as do_seat
from appointments.forms.workshop import RankForm, SeatsForm, SessionForm
from appointments.models import Enrolment, Mark, WorkshopSession
from appointments.workshop_access import Crew
from appointments.workshop_dates import PlannedDate, in_words, look_around
from appointments.workshop_roster import Roster, roster, who_is_told
from appointments.workshops import read_offer
from core import clock
from core.refusal import Refusal
from practitioners.models import Practitioner


@require_safe
@cache_control(private=True, no_store=True)
def workshop_session(request: SignedInRequest, pk: int) -> HttpResponse:
    who = access.crew(request.user)
    session = access.get_session_for_staff(who, pk)
    return render(request, "appointments/desk/workshop_session.html", _page(who, session))


def _page(who: Crew, session: WorkshopSession, sentence: str = "") -> dict[str, Any]:
    workshop, now = session.cycle.workshop, clock.now()
    runs = who.may_run(workshop)
    people = roster(session) if runs else Roster([], [])
    hosts = [host.practitioner for host in session.hosts.select_related("practitioner").order_by("pk")]
    can_change = session.state == "planned" and session.start_at > now
    return {
        "session": session,
        "workshop": workshop,
        "title": who.title_of(workshop),
        "runs": runs,
        "offer": read_offer(session.cycle_id, now),
        "people": people,
        "hosts": hosts,
        "obstacles": _obstacles(session, hosts) if runs and can_change else [],
        "marks": Mark.choices,
        "can_mark": clock.local(session.start_at).date() <= clock.today(),
        "can_change": can_change,
        "seats_form": SeatsForm(initial={"seats": session.cycle.seats}),
        "sentence": sentence,
    }


def _obstacles(session: WorkshopSession, hosts: list[Practitioner]) -> list[str]:
    """What came in the way since the date was fixed: an animator on leave, a visit booked on purpose."""
    planned = PlannedDate(clock.local(session.start_at).date(), session.start_at, session.end_at)
    look_around([planned], hosts, session.room, but=session)
    return [*planned.conflicts, *planned.warnings]


@require_POST
def mark_attendance(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """One tap: the sheet anew; without script, the page anew. The mark that stands already is taken back."""
    mark = request.POST.get("mark", "")

    def act(session: WorkshopSession, enrolment: Enrolment) -> None:
        do_mark(session, enrolment, Mark(mark) if mark in Mark else None, actor=request.user)

    return _tap(request, pk, reference, act)


@require_POST
def move_in_queue(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    form = RankForm(request.POST)

    def act(_session: WorkshopSession, enrolment: Enrolment) -> None:
        if not form.is_valid():
            raise Refusal(_("Écrivez le nouveau rang et la raison."))
        data = form.cleaned_data
        do_move(enrolment, data["position"], actor=request.user, reason=data["reason"])

    return _tap(request, pk, reference, act)


@require_POST
def seat_by_hand(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    def act(_session: WorkshopSession, enrolment: Enrolment) -> None:
        do_seat(enrolment, actor=request.user)

    return _tap(request, pk, reference, act)


def _tap(
    request: SignedInRequest,
    pk: int,
    reference: str,
    act: Callable[[WorkshopSession, Enrolment], None],
) -> HttpResponse:
    who = access.crew(request.user)
    session = access.get_session_to_run(who, pk)
    sentence = ""
    try:
        act(session, access.get_enrolment_to_run(who, reference))
    except Refusal as refusal:
        sentence = str(refusal.sentence)
    if request.headers.get("HX-Request"):
        context = _page(who, access.get_session_to_run(who, pk), sentence)
        status = 409 if sentence else 200
        return render(request, "appointments/desk/workshop_roster.html", context, status=status)
    if sentence:
        messages.error(request, sentence)
    return redirect("workshop_session", pk)


@require_POST
def change_seats(request: SignedInRequest, pk: int) -> HttpResponse:
    session = access.get_session_to_run(access.crew(request.user), pk)
    form = SeatsForm(request.POST)
    if form.is_valid():
        try:
            workshop_actions.change_seats(session.cycle, form.cleaned_data["seats"], actor=request.user)
            messages.success(request, _("Le nombre de places est changé."))
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
    else:
        messages.error(request, _("Un atelier compte de 1 à 200 places."))
    return redirect("workshop_session", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def unenrol(request: SignedInRequest, pk: int, reference: str) -> HttpResponse:
    """Asks once more, since the patient is told."""
    who = access.crew(request.user)
    session = access.get_session_to_run(who, pk)
    found = access.get_enrolment_to_run(who, reference)
    if request.method == "POST":
        leave_workshop(found, actor=request.user, by_staff=True, note=request.POST.get("note", ""))
        messages.success(request, _("L’inscription est annulée et la personne prévenue."))
        return redirect("workshop_session", pk)
    context = {"session": session, "enrolment": found, "workshop": session.cycle.workshop}
    return render(request, "appointments/desk/unenrol.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Vérifier » says who will be told, « Enregistrer et prévenir » does both."""
    session = access.get_session_to_run(access.crew(request.user), pk)
    form = SessionForm(session, request.POST if request.method == "POST" else None)
    planned = None
    if request.method == "POST" and form.is_valid():
        planned = PlannedDate(form.cleaned_data["day"], form.start_at, form.end_at)
        animators = list(session.cycle.workshop.animators.all())
        look_around([planned], animators, form.cleaned_data["room"], but=session)
        if request.POST.get("step") == "save" and not planned.conflicts:
            try:
                data = form.cleaned_data
                do_change(
                    session,
                    actor=request.user,
                    start_at=form.start_at,
                    end_at=form.end_at,
                    place=data["place"],
                    room=data["room"],
                    note=data["note"],
                )
                messages.success(request, _("La date est changée."))
                return redirect("workshop_session", pk)
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
    context = _told(session) | {"form": form, "planned": planned}
    status = 422 if form.errors else 200
    return render(request, "appointments/desk/change_session.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says who will be told and how, then does it."""
    session = access.get_session_to_run(access.crew(request.user), pk)
    if request.method == "POST":
        try:
            do_cancel(session, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("La date est annulée et les inscrits sont prévenus."))
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        return redirect("workshop_session", pk)
    return render(request, "appointments/desk/cancel_session.html", _told(session))


def _told(session: WorkshopSession) -> dict[str, Any]:
    """Who learns of a change, before it is made."""
    told, silent = who_is_told(session)
    return {
        "session": session,
        "workshop": session.cycle.workshop,
        "told": told,
        "silent": silent,
        "when": in_words(session.start_at, session.end_at),
    }


@require_safe
@cache_control(private=True, no_store=True)
def attendance_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """On paper, with a column to sign in."""
    who = access.crew(request.user)
    session = access.get_session_to_run(who, pk)
    context = _page(who, session) | {"printed_at": clock.now(), "empty_lines": range(3)}
    return render(request, "appointments/desk/attendance_sheet.html", context)
