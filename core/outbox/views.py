"""The health of the queue, what was not delivered and why, and another chance for it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.outbox import access, health, registry
from core.outbox.actions.resend import resend, resendable, sentence
from core.outbox.forms import MessageFilter
from core.outbox.models import OutboxMessage, OutboxQuerySet, State
from core.refusal import Refusal

PER_PAGE = 50


@require_safe
def outbox_messages(request: HttpRequest) -> HttpResponse:
    access.require_operator(request.user)
    form = MessageFilter(request.GET or {"state": State.FAILED})
    rows = (
        OutboxMessage.objects.filter(**form.criteria())
        .defer("payload", "sent_body")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    secret = {kind.name for kind in registry.all_kinds() if kind.secret}
    lines = [
        {
            "row": row,
            "kind": registry.label_of(row.kind),
            "resendable": row.state == State.FAILED and row.kind not in secret,
        }
        for row in page
    ]
    return render(
        request,
        "outbox/outbox_messages.html",
        {
            "health": health.snapshot(),
            "form": form,
            "page": page,
            "lines": lines,
            "resendable": resendable().count(),
        },
    )


@require_POST
def resend_message(request: HttpRequest, pk: int) -> HttpResponse:
    access.require_operator(request.user)
    row = get_object_or_404(OutboxMessage, pk=pk)
    return _resend(request, OutboxMessage.objects.filter(pk=row.pk))


@require_POST
def resend_failed_messages(request: HttpRequest) -> HttpResponse:
    access.require_operator(request.user)
    return _resend(request, resendable())


def _resend(request: HttpRequest, rows: OutboxQuerySet) -> HttpResponse:
    assert request.user.is_authenticated
    try:
        messages.success(request, sentence(resend(rows, actor=request.user)))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("outbox_messages")
