"""The inbox of who sorts, and what a professional has asked for."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, gives_care, is_desk
from partnerships import request_access as access
from partnerships.access import may_manage
from partnerships.forms.sort_request import InboxFilters
from partnerships.request_inbox import DEFAULT, VIEWS, counts, filtered, inbox, page_rows, sorted_rows

PER_PAGE = 30
MINE = "miennes"


@require_safe
def consultation_requests(request: SignedInRequest) -> HttpResponse:
    user = request.user
    sorts = is_desk(user) or access.may_triage_somewhere(user)
    if not (sorts or gives_care(user)):
        raise Http404
    shown = request.GET.get("vue", "")
    if not sorts or shown == MINE:
        return _mine(request, sorts=sorts)
    shown = shown if shown in VIEWS else DEFAULT
    filters = InboxFilters(request.GET or None)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    rows = filtered(access.requests_to_triage(user), wanted)
    numbers = counts(rows)
    found = sorted_rows(rows.filter(state__in=VIEWS[shown]))
    page = Paginator(page_rows(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "manages": may_manage(request.user),
        "tabs": _tabs(request, shown, numbers),
        "page": page,
        "lines": inbox(page.object_list),
        "filters": filters,
        "shown": shown,
    }
    return render(request, "partnerships/consultation_requests.html", context)


def _mine(request: SignedInRequest, *, sorts: bool) -> HttpResponse:
    rows = page_rows(access.requests_sent_by(request.user)).order_by("-state_since", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "manages": may_manage(request.user),
        "tabs": _tabs(request, MINE, {}) if sorts else [],
        "page": page,
        "lines": inbox(page.object_list),
        "mine": True,
    }
    return render(request, "partnerships/consultation_requests.html", context)


def _query(request: SignedInRequest, *without: str) -> str:
    kept = request.GET.copy()
    for name in without:
        kept.pop(name, None)
    return kept.urlencode()


def _tabs(request: SignedInRequest, shown: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "a-trier": _("À trier"),
        "precision": _("Précision demandée"),
        "acceptees": _("Acceptées"),
        "terminees": _("Terminées"),
    }
    if gives_care(request.user):
        labels[MINE] = _("Mes demandes")
    rest = _query(request, "page", "vue")
    return [
        {
            "label": label,
            "href": f"{reverse('consultation_requests')}?vue={key}{'&' if rest else ''}{rest}",
            "current": key == shown,
            "count": numbers.get(key),
        }
        for key, label in labels.items()
    ]
