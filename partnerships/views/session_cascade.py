"""A cancelled session on one screen: the plan, its approval, and what becomes of each patient."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.models import Cascade
from appointments.waiting import rule_of
from core import clock
from core.db import together
from core.refusal import Refusal
from partnerships import access
from partnerships.actions import session_cascade as actions
from partnerships.models import ConsultationSession
from partnerships.session_cascade import expected_of, in_turn, progress_of
from partnerships.session_cascade_list import plan_lines
from partnerships.session_cascade_words import explained


@require_safe
def session_cascades(request: SignedInRequest) -> HttpResponse:
    """Every plan in which somebody has something to do, then those under way, then the latest that have ended."""
    if not access.may_manage(request.user):
        raise Http404
    return render(request, "partnerships/session_cascades.html", {"plans": plan_lines(clock.now())})


@require_safe
def session_cascade(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, access.get_cancelled_session(request.user, pk))


@require_POST
def plan_session_cascade(request: SignedInRequest, pk: int) -> HttpResponse:
    """Anew for everybody who needs it; nobody is told."""
    _session, cascade = _plan(request, pk)
    actions.plan_again(cascade, actor=request.user)
    messages.success(request, _("Les propositions sont à jour. Rien n’est parti."))
    return redirect("session_cascade", pk)


@require_POST
def approve_session_cascade(request: SignedInRequest, pk: int) -> HttpResponse:
    session, cascade = _plan(request, pk)
    try:
        done = actions.approve(cascade, actor=request.user)
    except Refusal as refusal:
        return _page(request, session, str(refusal.sentence))
    sent = sum(number for step, number in done.items() if step != "taken")
    if sent:
        words = ngettext("%d patient sera prévenu.", "%d patients seront prévenus.", sent)
        messages.success(request, words % sent)
    if done["taken"]:
        words = _("Places prises entre-temps : %d. Choisissez-en d’autres, puis approuvez de nouveau.")
        messages.warning(request, words % done["taken"])
    return redirect("session_cascade", pk)


@require_POST
def undo_session_cascade(request: SignedInRequest, pk: int) -> HttpResponse:
    session, cascade = _plan(request, pk)
    try:
        actions.take_back(cascade, actor=request.user)
    except Refusal as refusal:
        return _page(request, session, str(refusal.sentence))
    messages.success(request, _("L’envoi est annulé : rien n’est parti."))
    return redirect("session_cascade", pk)


def _plan(request: SignedInRequest, pk: int) -> tuple[ConsultationSession, Cascade]:
    session = access.get_cancelled_session(request.user, pk)
    cascade = access.cascade_of(session)
    if cascade is None:
        raise Http404
    return session, cascade


def _page(request: SignedInRequest, session: ConsultationSession, sentence: str = "") -> HttpResponse:
    cascade, now = access.cascade_of(session), clock.now()
    context = {"session": session, "partner": session.programme.partner, "sentence": sentence, "now": now}
    if cascade is not None:
        expected, sessions = together(expected_of(cascade), _sessions(cascade))
        progress = progress_of(cascade, now, in_turn(expected))
        context |= {
            "cascade": cascade,
            "progress": progress,
            "patients": explained(progress, now),
            "sessions": sessions,
            "can_undo": cascade.leaves_at is not None and cascade.leaves_at > now,
            "can_plan": bool(progress.to_plan(now)),
            "answer_hours": rule_of(cascade.practitioner.centre_id).replacement_hours,
        }
    return render(request, "partnerships/session_cascade.html", context, status=409 if sentence else 200)


def _sessions(cascade: Cascade) -> QuerySet[ConsultationSession]:
    rows = ConsultationSession.objects.filter(cancellation__cascade=cascade)
    return rows.select_related("programme", "practitioner").order_by("start_at", "pk")
