"""The desk's worklist: grown-ups for whom somebody asks to act."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, desk_required
from core.refusal import Refusal
from patients import access
from patients.actions.confirm_proxy import confirm_proxy
from patients.actions.refuse_proxy import refuse_proxy
from patients.forms.desk import ConfirmForm, RefuseForm

PROXIES_PER_PAGE = 25


@desk_required
@require_safe
def proxy_requests(request: SignedInRequest) -> HttpResponse:
    page = Paginator(access.pending_proxies(), PROXIES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "patients/desk/proxy_requests.html", {"page": page})


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def proxy_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm with what was seen, or refuse with a reason."""
    proxy = access.get_pending_proxy(request.user, pk)
    answer = request.POST.get("answer") if request.method == "POST" else None
    confirm = ConfirmForm(request.POST if answer == "confirm" else None)
    refuse = RefuseForm(request.POST if answer == "refuse" else None)
    try:
        if answer == "confirm" and confirm.is_valid():
            confirm_proxy(proxy, actor=request.user, evidence=confirm.cleaned_data["evidence"])
            messages.success(request, _("La demande est confirmée. Le demandeur est prévenu."))
            return redirect("proxy_requests")
        if answer == "refuse" and refuse.is_valid():
            refuse_proxy(proxy, actor=request.user, reason=refuse.cleaned_data["reason"])
            messages.success(request, _("La demande est refusée. Le demandeur est prévenu."))
            return redirect("proxy_requests")
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("proxy_requests")
    context = {"proxy": proxy, "confirm": confirm, "refuse": refuse}
    return render(request, "patients/desk/proxy_request.html", context, status=422 if answer else 200)
