"""The versions of the grid: read by who proves, written by the administrator."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from partnerships import evidence_access as access
from partnerships.actions import set_evidence_grid as actions
from partnerships.evidence import measures
from partnerships.evidence_points import condition_of
from partnerships.forms.evidence_grid import CopyGridForm, GridForm, IndicatorForm
from partnerships.models import EvidenceGrid, Indicator, IndicatorLevel


@require_safe
def evidence_grids(request: SignedInRequest) -> HttpResponse:
    if not access.may_prove(request.user):
        raise Http404
    grids = EvidenceGrid.objects.filter(centre=access.the_centre()).prefetch_related("frozen_years__year")
    context = {
        "grids": grids.order_by("-valid_from"),
        "sets_grid": access.may_set_grid(request.user),
        "today": clock.today(),
    }
    return render(request, "partnerships/evidence/evidence_grids.html", context)


@require_POST
def start_evidence_grid(request: SignedInRequest) -> HttpResponse:
    if not access.may_set_grid(request.user):
        raise Http404
    try:
        grid = actions.start_grid(access.the_centre(), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("evidence_grids")
    messages.success(request, _("La grille est prête. Comparez-la à votre contrat avant de vous y fier."))
    return redirect("evidence_grid", grid.pk)


@require_safe
def evidence_grid(request: SignedInRequest, pk: int) -> HttpResponse:
    grid = access.get_grid(request.user, pk)
    levels = Prefetch("levels", IndicatorLevel.objects.order_by("threshold"), to_attr="steps")
    lines = grid.indicators.prefetch_related(levels).order_by("position", "pk")
    units = {code: measure.unit_of for code, measure in measures().items()}
    context = {
        "grid": grid,
        "lines": [(line, condition_of(line, line.steps, units[line.measure], grid)) for line in lines],
        "is_kept": access.is_kept(grid),
        "sets_grid": access.may_set_grid(request.user),
    }
    return render(request, "partnerships/evidence/evidence_grid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_evidence_grid(request: SignedInRequest, pk: int) -> HttpResponse:
    grid = access.get_grid_to_set(request.user, pk)
    form = GridForm(request.POST or None, instance=grid, only_end=access.is_kept(grid))
    if form.is_bound and form.is_valid():
        try:
            actions.save_grid(form.instance, actor=request.user)
        except Refusal as refusal:
            form.add_error("valid_until", str(refusal.sentence))
        else:
            messages.success(request, _("La grille est enregistrée."))
            return redirect("evidence_grid", pk)
    return _edit(request, form, _("Modifier la grille"), grid)


@require_http_methods(["GET", "HEAD", "POST"])
def copy_evidence_grid(request: SignedInRequest, pk: int) -> HttpResponse:
    grid = access.get_grid_to_set(request.user, pk)
    initial = {"name": grid.name, "valid_from": date(clock.today().year + 1, 1, 1)}
    form = CopyGridForm(request.POST or None, earlier=grid, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            copy = actions.copy_grid(grid, **form.cleaned_data, actor=request.user)
        except Refusal as refusal:
            form.add_error("valid_from", str(refusal.sentence))
        else:
            messages.success(request, _("La nouvelle version est prête : changez ce qui a changé."))
            return redirect("evidence_grid", copy.pk)
    return _edit(request, form, _("Nouvelle version de la grille"), grid)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_evidence_grid(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks first; the POST does it."""
    grid = access.get_grid_to_set(request.user, pk)
    if request.method != "POST":
        context = {"grid": grid, "title": _("Supprimer cette grille ?")}
        return render(request, "partnerships/evidence/remove_evidence_grid.html", context)
    try:
        actions.remove_grid(grid, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("evidence_grid", pk)
    messages.success(request, _("La grille est supprimée. La précédente garde sa date de fin : vérifiez-la."))
    return redirect("evidence_grids")


@require_http_methods(["GET", "HEAD", "POST"])
def add_indicator(request: SignedInRequest, pk: int) -> HttpResponse:
    grid = access.get_grid_to_set(request.user, pk)
    form = IndicatorForm(request.POST or None, instance=Indicator(grid=grid))
    return _save_indicator(request, form, _("Nouvel indicateur"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_indicator(request: SignedInRequest, pk: int) -> HttpResponse:
    indicator = access.get_indicator_to_set(request.user, pk)
    form = IndicatorForm(request.POST or None, instance=indicator)
    return _save_indicator(request, form, indicator.name)


def _save_indicator(request: SignedInRequest, form: IndicatorForm, title: str) -> HttpResponse:
    grid = form.instance.grid
    if form.is_bound and form.is_valid():
        try:
            actions.save_indicator(form.instance, form.levels, actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("L’indicateur est enregistré."))
            return redirect("evidence_grid", grid.pk)
    return _edit(request, form, title, grid)


@require_POST
def remove_indicator(request: SignedInRequest, pk: int) -> HttpResponse:
    indicator = access.get_indicator_to_set(request.user, pk)
    grid = indicator.grid
    try:
        actions.remove_indicator(indicator, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("L’indicateur est retiré de cette grille."))
    return redirect("evidence_grid", grid.pk)


def _edit(
    request: SignedInRequest, form: GridForm | CopyGridForm | IndicatorForm, title: str, grid: EvidenceGrid
) -> HttpResponse:
    context = {"form": form, "title": title, "grid": grid}
    return render(request, "partnerships/evidence/edit.html", context, status=422 if form.errors else 200)
