"""/partenaires/bureau/: what the coordinator works through every day."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from partnerships import access
from partnerships.actions.settle_sessions import Gesture, Result, settle_sessions
from partnerships.desk import desk_of

MOST_AT_ONCE = 100


@require_safe
def partners_desk(request: SignedInRequest) -> HttpResponse:
    if not access.may_manage(request.user):
        raise Http404
    return _page(request)


@require_POST
def settle_consultation_sessions(request: SignedInRequest) -> HttpResponse:
    """One stroke for all that is ticked; the page anew, with a sentence for each."""
    if not access.may_manage(request.user):
        raise Http404
    gesture = request.POST.get("geste", "")
    if gesture not in Gesture:
        raise Http404
    keys = ticked(request.POST.getlist("seance"))
    sessions = access.sessions_for(request.user).filter(pk__in=keys)
    by = request.POST.get("par", "").strip() or str(request.user)
    return _page(request, settle_sessions(sessions, Gesture(gesture), by=by, actor=request.user))


def ticked(keys: Sequence[str]) -> set[int]:
    """The keys of a form's boxes, each once; what is no key is left out."""
    return {int(key) for key in keys[:MOST_AT_ONCE] if key.isascii() and key.isdecimal() and len(key) < 16}


def _page(request: SignedInRequest, results: list[Result] | None = None) -> HttpResponse:
    is_stroke = results is not None
    context = {
        "desk": desk_of(request.user),
        "results": results or [],
        "refused": _("Cochez d’abord une ou plusieurs séances.") if is_stroke and not results else "",
        "gestures": Gesture,
    }
    is_part = request.headers.get("HX-Request") and is_stroke
    template = "partnerships/desk_body.html" if is_part else "partnerships/partners_desk.html"
    return render(request, template, context, status=422 if context["refused"] else 200)
