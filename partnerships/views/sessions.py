"""Sessions of visiting professionals: who comes when, how full, confirmed or not."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.actions.watch import Watched
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions import change_session as actions
from partnerships.actions.plan_sessions import add_session as do_add
from partnerships.forms.session import CancelForm, ReplaceForm, SessionForm
from partnerships.models import ConsultationSession
from partnerships.seat_lines import limit_lines, seat_lines
from partnerships.session_fill import fills
from partnerships.views.edit import edit_page
from partnerships.views.session_day import roster

PER_PAGE = 50


@require_safe
def consultation_sessions(request: SignedInRequest) -> HttpResponse:
    """The coming ones of all partners, the nearest first."""
    found = access.sessions_for(request.user)
    coming = found.filter(end_at__gt=clock.now()).order_by("start_at", "pk")
    page = Paginator(coming, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "fills": fills(list(page)),
        "page": page,
        "manages": access.may_manage(request.user),
    }
    return render(request, "partnerships/consultation_sessions.html", context)


@require_safe
def consultation_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = access.get_session(request.user, pk)
    [plan] = fills([session])
    writes = access.may_write_minutes(request.user, session)
    context = {
        "session": session,
        "partner": session.programme.partner,
        "plan": plan,
        "seat_lines": seat_lines(plan),
        "limits": limit_lines(plan),
        "notices": session.notices.order_by("pk"),
        "manages": access.may_manage(request.user),
        "is_over": session.end_at <= clock.now(),
        "has_begun": session.start_at <= clock.now(),
        "writes": writes,
        "minutes": session.minutes.closed().select_related("closed_by").last() if writes else None,
    }
    if access.may_attend(request.user, session):
        context |= roster(session)
    return render(request, "partnerships/consultation_session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_consultation_session(request: SignedInRequest, pk: int) -> HttpResponse:
    programme = access.get_programme_to_manage(request.user, pk)
    form = SessionForm(request.POST or None, instance=ConsultationSession(programme=programme, seats=6))
    if request.method == "POST" and form.is_valid():
        try:
            do_add(form.instance, actor=request.user)
        except Refusal as refusal:
            form.add_error("day", str(refusal.sentence))
        else:
            messages.success(request, _("La séance est ajoutée."))
            return redirect("programme", pk)
    return edit_page(request, form, _("Séance isolée"), programme.partner)


@require_POST
def confirm_consultation_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """The partner said so on the telephone."""
    session = access.get_session_to_manage(request.user, pk)
    try:
        actions.confirm_session(session, by=str(request.user), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La séance est confirmée."))
    return redirect("consultation_session", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_consultation_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = access.get_session_to_manage(request.user, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            watched = actions.cancel_session(
                session, form.cleaned_data["reason"], by=str(request.user), actor=request.user
            )
        except Refusal as refusal:
            form.add_error("reason", str(refusal.sentence))
        else:
            messages.success(request, _("La séance est annulée."))
            _warn(request, watched)
            return redirect("session_cascade" if watched.stranded else "consultation_session", pk)
    return edit_page(request, form, _("Annuler la séance"), session.programme.partner)


@require_http_methods(["GET", "HEAD", "POST"])
def replace_consultation_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = access.get_session_to_manage(request.user, pk)
    form = ReplaceForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["practitioner"]
        try:
            held, watched = actions.replace_session(session, who, actor=request.user)
        except Refusal as refusal:
            form.add_error("practitioner", str(refusal.sentence))
        else:
            messages.success(request, _("La séance est tenue par %(who)s.") % {"who": who.display_name})
            _warn(request, watched)
            return redirect("consultation_session", held.pk)
    return edit_page(
        request, form, _("Faire tenir la séance par quelqu’un d’autre"), session.programme.partner
    )


def _warn(request: SignedInRequest, watched: Watched) -> None:
    if watched.stranded:
        sentence = _("Patients à replacer : %(number)s. Un plan est prêt dans « Séances annulées ».")
        messages.warning(request, sentence % {"number": len(watched.stranded)})
