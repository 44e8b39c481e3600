from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, gives_care, is_desk
from coordination.home import cards_of


@require_safe
def coordination(request: SignedInRequest) -> HttpResponse:
    """What the team does together, and what of it waits for the reader."""
    if not (gives_care(request.user) or is_desk(request.user)):
        raise Http404
    return render(request, "coordination/coordination.html", {"cards": cards_of(request.user)})
