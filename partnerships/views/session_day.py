"""What is done with a session on its day: the sheet on paper, who came, the minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import access as visits
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions.note_presence import note_presence as do_note
from partnerships.actions.print_sheets import print_sheets
from partnerships.actions.write_minutes import write_minutes
from partnerships.attendance import Presence, expected, is_expected, presences
from partnerships.forms.minutes import MinutesForm
from partnerships.models import ConsultationSession
from partnerships.session_fill import fills
from partnerships.views.desk import ticked

PAST_SHOWN = 12


def roster(session: ConsultationSession, sentence: str = "") -> dict[str, Any]:
    """What the list of a session shows."""
    lines = expected([session], clock.now())[session.pk]
    return {"session": session, "lines": lines, "counts": presences(lines), "sentence": sentence}


@require_POST
@cache_control(private=True, no_store=True)
def print_session_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asked for by POST, since each print leaves a line in the trail."""
    return _pdf(request, [access.get_session_to_attend(request.user, pk)])


@require_POST
@cache_control(private=True, no_store=True)
def print_session_sheets(request: SignedInRequest) -> HttpResponse:
    """Those that were ticked, one a page."""
    if not is_desk(request.user):
        raise Http404
    keys = ticked(request.POST.getlist("seance"))
    sessions = list(access.sessions_to_attend(request.user).filter(pk__in=keys).order_by("start_at", "pk"))
    if not sessions:
        messages.error(request, _("Cochez d’abord une ou plusieurs séances."))
        return redirect("partners_desk" if access.may_manage(request.user) else "consultation_sessions")
    return _pdf(request, sessions)


def _pdf(request: SignedInRequest, sessions: Sequence[ConsultationSession]) -> HttpResponse:
    response = HttpResponse(print_sheets(sessions, actor=request.user), content_type="application/pdf")
    day = sessions[0].local_day.isoformat()
    response["Content-Disposition"] = f'inline; filename="seance-{day}.pdf"'
    return response


@require_POST
def note_presence(request: SignedInRequest, pk: int, reference: str, presence: str) -> HttpResponse:
    """One tap: the list anew; without script, the page anew."""
    session = access.get_session_to_attend(request.user, pk)
    visit = visits.get_appointment_of_house(request.user, reference)
    if presence not in Presence or not is_expected(visit, session):
        raise Http404
    sentence = ""
    try:
        do_note(visit, Presence(presence), actor=request.user)
    except Refusal as refusal:
        sentence = str(refusal.sentence)
    if request.headers.get("HX-Request"):
        context = roster(session, sentence)
        return render(request, "partnerships/session_roster.html", context, status=409 if sentence else 200)
    if sentence:
        messages.error(request, sentence)
    return redirect("consultation_session", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def session_minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Enregistrer » keeps a draft; « Valider » makes a version that nobody changes."""
    session = access.get_session_to_write_of(request.user, pk)
    versions = list(session.minutes.select_related("closed_by", "written_by").order_by("-version"))
    last = versions[0] if versions else None
    form = MinutesForm(request.POST or None, session=session, last=last)
    if request.method == "POST" and form.is_valid():
        close = request.POST.get("step") == "close"
        try:
            write_minutes(session, form.words(), actor=request.user, close=close)
        except Refusal as refusal:
            form.add_error("why" if "why" in form.fields else None, str(refusal.sentence))
        else:
            said = _("Le compte rendu est validé.") if close else _("Le brouillon est enregistré.")
            messages.success(request, said)
            return redirect("consultation_session" if close else "session_minutes", pk)
    context = {
        "session": session,
        "partner": session.programme.partner,
        "form": form,
        "closed": [one for one in versions if one.is_closed],
        "draft": last if last and not last.is_closed else None,
        "counts": presences(expected([session], clock.now())[session.pk]),
        "has_begun": session.start_at <= clock.now() and session.cancelled_at is None,
    }
    return render(request, "partnerships/session_minutes.html", context, status=422 if form.errors else 200)


@require_safe
def my_consultation_sessions(request: SignedInRequest) -> HttpResponse:
    """The first page of who comes from a partner: today's people, the next sessions, the minutes to write."""
    own, now = access.own_sessions(request.user).filter(cancelled_at=None), clock.now()
    coming = list(own.filter(end_at__gt=now).order_by("start_at", "pk")[:30])
    past = own.filter(end_at__lte=now).order_by("-start_at", "-pk").prefetch_related("minutes")
    today = [one for one in coming if one.local_day == clock.local(now).date()]
    lines = expected(today, now)
    context = {
        "rosters": [
            {"session": one, "lines": lines[one.pk], "counts": presences(lines[one.pk])} for one in today
        ],
        "fills": fills(coming),
        "past": past[:PAST_SHOWN],
    }
    return render(request, "partnerships/my_consultation_sessions.html", context)
