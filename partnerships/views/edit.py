"""The one page on which anything of a partner is typed in."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships.models import Partner


def edit_page(request: HttpRequest, form: BaseForm, title: str, partner: Partner | None) -> HttpResponse:
    """What was typed is kept; a refused form answers 422. `partner` None: one that is not saved yet."""
    context = {"form": form, "title": title, "partner": partner}
    return render(request, "partnerships/edit.html", context, status=422 if form.errors else 200)
