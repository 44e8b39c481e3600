"""Pages that mix rooms or belong to none: the home page, the legal pages, the demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, is_administrator, is_desk, role_required
from accounts.models import Role
from appointments.models import ReasonCategory, VisitReason
from appointments.workshops import announced
from core.outbox import registry
from core.outbox.access import may_watch_messages
from core.outbox.models import OutboxMessage
from msp_portal import showcase
from msp_portal.first_steps import steps, take_usual
from msp_portal.house_health import findings
from msp_portal.welcome import PASSWORD
from practitioners.models import Practitioner, Profession
from practitioners.models.practitioner import Kind

MESSAGES_PER_PAGE = 25


def demo_only() -> None:
    """The demonstration's pages do not exist elsewhere."""
    if not settings.DEMO:
        raise Http404


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    listed = Q(practitioners__in=Practitioner.objects.listed())
    member = listed & Q(practitioners__kind=Kind.MEMBER)
    guest = listed & Q(practitioners__kind__in=[Kind.VISITING, Kind.REMOTE])
    professions = list(
        Profession.objects.annotate(
            member_count=Count("practitioners", filter=member),
            guest_count=Count("practitioners", filter=guest),
        )
        .exclude(member_count=0, guest_count=0)
        .order_by("position", "name")
    )
    bookable = VisitReason.objects.online().values("category")
    categories = ReasonCategory.objects.filter(pk__in=bookable).select_related("profession")
    context = {
        "professions": professions,
        "members": [profession for profession in professions if profession.member_count],
        "guests": [profession for profession in professions if not profession.member_count],
        "practitioner_count": sum(profession.member_count for profession in professions),
        "categories": categories,
        "workshops": announced(),
    }
    return render(request, "home.html", context)


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


@require_safe
def house_health(request: HttpRequest) -> HttpResponse:
    if not (is_desk(request.user) or is_administrator(request.user)):
        raise Http404
    context = {"findings": findings(), "may_watch": may_watch_messages(request.user)}
    return render(request, "house_health.html", context)


@role_required(Role.ADMINISTRATOR)
@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    return render(request, "first_steps.html", {"steps": steps()})


@role_required(Role.ADMINISTRATOR)
@require_POST
def take_usual_rows(request: SignedInRequest, code: str) -> HttpResponse:
    taken = take_usual(code, request.user)
    if taken:
        sentence = ngettext("%(n)d ligne est reprise.", "%(n)d lignes sont reprises.", taken) % {"n": taken}
        messages.success(request, sentence)
    else:
        messages.info(request, _("Rien de nouveau à reprendre."))
    return redirect("first_steps")


@login_not_required
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    demo_only()
    return render(
        request,
        "demo/people.html",
        {"groups": showcase.people(), "password": PASSWORD},
    )


@login_not_required
@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    demo_only()
    messages = OutboxMessage.objects.order_by("-created_at", "-pk")
    page = Paginator(messages, MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    lines = [(message, registry.label_of(message.kind)) for message in page]
    return render(request, "demo/messages.html", {"page": page, "lines": lines})


@login_not_required
@require_safe
def demo_components(request: HttpRequest) -> HttpResponse:
    demo_only()
    return render(request, "demo/components.html", showcase.components())
