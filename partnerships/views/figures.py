"""The activity of the house in figures: a page for each theme, the dictionary, the files that leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from partnerships import access
from partnerships.actions.export_figures import export_figures as do_export
from partnerships.figures_asked import Asked
from partnerships.figures_charts import chart_of
from partnerships.figures_dictionary import DICTIONARY
from partnerships.figures_masking import hidden
from partnerships.figures_period import presets
from partnerships.figures_scope import directory
from partnerships.figures_themes import THEMES, Theme, all_tables, headlines
from partnerships.forms.figures import FiguresForm


@require_safe
def figures(request: SignedInRequest, slug: str = "") -> HttpResponse:
    """One theme: its tables, drawn where there is script."""
    access.check_figures(request.user)
    theme = _theme(slug)
    form = _form(request.GET)
    context: dict[str, Any] = {
        "form": form,
        "theme": theme,
        "themes": THEMES,
        "presets": presets(clock.today()),
    }
    if not form.is_valid():
        return render(request, "partnerships/figures/figures.html", context, status=422)
    asked = _asked(form)
    tables = theme.tables(asked)
    context |= {
        "asked": asked,
        "shown": [(table, chart_of(table)) for table in tables],
        "headlines": headlines(asked) if theme is THEMES[0] else [],
        "query": urlencode(form.cleaned_data),
    }
    return render(request, "partnerships/figures/figures.html", context)


@require_safe
def figures_dictionary(request: SignedInRequest) -> HttpResponse:
    access.check_figures(request.user)
    context = {"dictionary": DICTIONARY, "hidden": hidden()}
    return render(request, "partnerships/figures/dictionary.html", context)


@require_POST
def export_figures(request: SignedInRequest) -> HttpResponse:
    """All tables as a workbook, or the one that « tableau » names as CSV."""
    access.check_figures(request.user)
    form = _form(request.POST)
    if not form.is_valid():
        raise Http404
    asked = _asked(form)
    tables = all_tables(asked)
    key = request.POST.get("tableau", "")
    if key:
        tables = [table for table in tables if table.key == key]
        if not tables:
            raise Http404
    made = do_export(tables, asked, as_csv=bool(key), actor=request.user)
    response = HttpResponse(made.body, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _theme(slug: str) -> Theme:
    found = next((theme for theme in THEMES if theme.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _form(data: QueryDict) -> FiguresForm:
    return FiguresForm(data, directory(), clock.today())


def _asked(form: FiguresForm) -> Asked:
    return Asked(form.period, form.directory.scope(form.cleaned_data["pour"]), form.directory)
