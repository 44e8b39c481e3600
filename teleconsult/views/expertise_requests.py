"""/tele-expertise/: what I am asked, what I have answered, what I have asked, what the house has to see to."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, gives_care, is_desk
from accounts.models import User
from patients.access import practitioner_of
from teleconsult import expertise_access as access
from teleconsult.expertise_inbox import lines_of, sorted_rows
from teleconsult.expertise_people import may_ask, pools_of
from teleconsult.forms.answer_expertise import StateFilter
from teleconsult.models import ExpertiseBill
from teleconsult.models.expertise import ExpertiseRequestQuerySet

PER_PAGE = 30
TO_ANSWER, ANSWERED, MINE, HOUSE = "a-repondre", "rendus", "miennes", "maison"
LABELS: dict[str, str | Promise] = {
    TO_ANSWER: _("À répondre"),
    ANSWERED: _("Avis rendus"),
    MINE: _("Mes demandes"),
    HOUSE: _("À la maison"),
}


@require_safe
def expertise_requests(request: SignedInRequest) -> HttpResponse:
    if not access.may_see_requests(request.user):
        raise Http404
    lists = _lists(request.user)
    shown = request.GET.get("vue", "")
    shown = shown if shown in lists else next(iter(lists))
    filters = StateFilter(request.GET or None)
    state = filters.cleaned_data["etat"] if filters.is_valid() else ""
    rows = lists[shown].filter(state=state) if state else lists[shown]
    page = Paginator(sorted_rows(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": _tabs(lists, shown) if len(lists) > 1 else [],
        "shown": shown,
        "filters": filters,
        "page": page,
        "lines": lines_of(page.object_list),
        "has_bills": ExpertiseBill.objects.filter(practitioner__user=request.user).exists(),
        "may_ask": MINE in lists,
    }
    return render(request, "teleconsult/expertise_requests.html", context)


def _lists(user: User) -> dict[str, ExpertiseRequestQuerySet]:
    """In the order of the tabs: only what concerns him."""
    practitioner = practitioner_of(user) if gives_care(user) else None
    found: dict[str, ExpertiseRequestQuerySet] = {}
    if practitioner is not None and pools_of(practitioner):
        found[TO_ANSWER] = access.requests_to_answer(user)
        found[ANSWERED] = access.requests_answered_by(user)
    if practitioner is not None and (may_ask(practitioner) or not found):
        found[MINE] = access.requests_of(user)
    if is_desk(user):
        found[HOUSE] = access.requests_at_desk(user)
    return found or {MINE: access.requests_of(user)}


def _tabs(lists: dict[str, ExpertiseRequestQuerySet], shown: str) -> list[dict[str, Any]]:
    return [
        {
            "label": LABELS[key],
            "href": f"{reverse('expertise_requests')}?vue={key}",
            "current": key == shown,
            "count": rows.count() if key in (TO_ANSWER, HOUSE) else None,
        }
        for key, rows in lists.items()
    ]
