"""The inbox: what was received, sent, asked of one's profession; and the desk's list of what lies."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, desk_required, gives_care, is_desk
from coordination import referral_access as access
from coordination.referral_lists import by_state, ended, lines_of, to_book, unanswered
from patients.access import practitioner_of

PER_PAGE = 30
RECEIVED, SENT, PROFESSION, ENDED = "recus", "envoyes", "profession", "termines"


@require_safe
def referrals(request: SignedInRequest) -> HttpResponse:
    if is_desk(request.user) and not gives_care(request.user):
        return unanswered_referrals(request)
    reader = practitioner_of(request.user)
    if reader is None or not gives_care(request.user):
        raise Http404
    user = request.user
    lists = {
        RECEIVED: access.received_by(user),
        SENT: access.sent_by(user),
        PROFESSION: access.waiting_for_profession(user),
    }
    shown = request.GET.get("vue", "")
    context: dict[str, Any] = {"tabs": _tabs(shown or RECEIVED, lists), "reader": reader}
    if shown == ENDED:
        both = lists[RECEIVED] | lists[SENT]
        page = Paginator(ended(both), PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "lines": lines_of(page.object_list, reader)}
    else:
        context["groups"] = by_state(lists.get(shown, lists[RECEIVED]), reader)
    return render(request, "coordination/referrals.html", context)


def _tabs(shown: str, lists: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {
        RECEIVED: _("Reçus"),
        SENT: _("Envoyés"),
        PROFESSION: _("Pour ma profession"),
        ENDED: _("Terminés"),
    }
    return [
        {
            "label": label,
            "href": f"{reverse('referrals')}?vue={key}",
            "current": key == shown,
            "count": lists[key].open().count() if key in lists else None,
        }
        for key, label in labels.items()
    ]


@desk_required
@require_safe
def unanswered_referrals(request: SignedInRequest) -> HttpResponse:
    """Who, whom, since when: nothing medical. Every line can be sent on or booked from here."""
    page = Paginator(to_book(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "unanswered": lines_of(unanswered()[:PER_PAGE]),
        "page": page,
        "to_book": lines_of(page.object_list),
    }
    return render(request, "coordination/unanswered_referrals.html", context)
