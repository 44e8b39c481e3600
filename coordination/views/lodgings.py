"""« Studios »: the year at a glance, who has the keys, who asks for a roof."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, is_coordinator, role_required
from accounts.models import Role
from coordination import lodgings as reading
from coordination.actions import lodge
from coordination.forms.lodging import AnswerForm, LodgingForm, LodgingRequestForm, OccupancyForm
from coordination.models import Lodging, LodgingRequest, Occupancy
from coordination.stays import may_see_stays
from core import clock
from core.refusal import Refusal
from practitioners.house import the_house
from practitioners.models import Internship

PER_PAGE = 30
coordinator_only = role_required(Role.COORDINATOR)


@require_safe
def lodgings(request: SignedInRequest) -> HttpResponse:
    """The whole house for the coordinator; his own roof and demands for a trainee."""
    if not may_see_stays(request.user):
        raise Http404
    coordinates = is_coordinator(request.user)
    shown = request.GET.get("annee", "")
    number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) == 4 else clock.today().year
    rows = Lodging.objects.filter(is_active=True).prefetch_related("occupancies__occupant")
    mine = Occupancy.objects.filter(occupant__user=request.user).select_related("lodging")
    context = {
        "title": _("Studios"),
        "tab": "lodgings",
        "coordinates": coordinates,
        "year": reading.year_of(max(2000, min(2100, number)), list(rows)) if coordinates else None,
        "page": Paginator(reading.requests_of(request.user).order_by("-asked_at", "-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "mine": mine.order_by("-since"),
        "may_ask": _own_stays(request).exists(),
        "today": clock.today(),
    }
    return render(request, "coordination/lodgings.html", context)


def _own_stays(request: SignedInRequest) -> Any:
    return Internship.objects.filter(intern__user=request.user, until__gte=clock.today()).order_by("since")


def _form(request: SignedInRequest, form: Any, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "tab": "lodgings", **more}
    return render(request, "coordination/edit_lodging.html", context, status=422 if form.errors else status)


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_lodging(request: SignedInRequest) -> HttpResponse:
    return _lodging(request, Lodging(centre=the_house().centre), _("Nouveau studio"))


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_lodging(request: SignedInRequest, pk: int) -> HttpResponse:
    return _lodging(request, get_object_or_404(Lodging, pk=pk), _("Modifier le studio"))


def _lodging(request: SignedInRequest, found: Lodging, title: str) -> HttpResponse:
    form = LodgingForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        lodge.save_lodging(form.instance, actor=request.user)
        messages.success(request, _("Le studio est enregistré."))
        return redirect("lodgings")
    return _form(request, form, title)


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_occupancy(request: SignedInRequest) -> HttpResponse:
    return _occupancy(request, Occupancy(), _("Nouvelle occupation"))


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_occupancy(request: SignedInRequest, pk: int) -> HttpResponse:
    return _occupancy(request, get_object_or_404(Occupancy, pk=pk), _("Clés, état des lieux, caution"))


def _occupancy(request: SignedInRequest, found: Occupancy, title: str) -> HttpResponse:
    form = OccupancyForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            lodge.save_occupancy(form.instance, actor=request.user)
        except Refusal as refusal:
            form.add_error("since", str(refusal.sentence))
        else:
            messages.success(request, _("L’occupation est enregistrée."))
            return redirect("lodgings")
    return _form(request, form, title)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_lodging(request: SignedInRequest) -> HttpResponse:
    stays = _own_stays(request)
    first = stays.first()
    if first is None:
        raise Http404
    initial = {"stay": first, "since": first.since, "until": first.until}
    form = LodgingRequestForm(
        request.POST if request.method == "POST" else None, stays=stays, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            lodge.ask_lodging(form.instance, actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Votre demande est envoyée au coordinateur."))
            return redirect("lodgings")
    return _form(request, form, _("Demander un studio"))


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer_lodging(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LodgingRequest.objects.select_related("stay__intern"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if "refuse" in request.POST:
                lodge.refuse_lodging(found, data["answer"], actor=request.user)
            else:
                lodge.give_lodging(found, data["lodging"], data["answer"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("La réponse est enregistrée."))
            return redirect("lodgings")
    return _form(request, form, _("Répondre à %s") % found.stay.intern.display_name, asked=found)
