"""Pages that mix rooms or belong to none: the home page, the legal pages, the demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.models import ReasonCategory, VisitReason
from core.outbox.models import OutboxMessage
from msp_portal import showcase
from practitioners.models import Practitioner, Profession

MESSAGES_PER_PAGE = 25


def demo_only() -> None:
    """The demonstration's pages do not exist elsewhere."""
    if not settings.DEMO:
        raise Http404


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    listed = Practitioner.objects.listed()
    professions = list(
        Profession.objects.annotate(
            practitioner_count=Count("practitioners", filter=Q(practitioners__in=listed))
        )
        .filter(practitioner_count__gt=0)
        .order_by("position", "name")
    )
    bookable = VisitReason.objects.online().values("category")
    categories = ReasonCategory.objects.filter(pk__in=bookable).select_related("profession")
    return render(
        request,
        "home.html",
        {
            "professions": professions,
            "practitioner_count": sum(profession.practitioner_count for profession in professions),
            "categories": categories,
        },
    )


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/legal.html")


@login_not_required
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    demo_only()
    return render(
        request,
        "demo/people.html",
        {"groups": showcase.people(), "password": showcase.PASSWORD},
    )


@login_not_required
@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    demo_only()
    messages = OutboxMessage.objects.order_by("-created_at", "-pk")
    page = Paginator(messages, MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/messages.html", {"page": page})


@login_not_required
@require_safe
def demo_components(request: HttpRequest) -> HttpResponse:
    demo_only()
    return render(request, "demo/components.html", showcase.components())
