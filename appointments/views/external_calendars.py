"""Calendars from outside that count as time taken; how they are, for their owner and for the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, desk_required
from appointments.access import get_own_practice
from appointments.actions import connect_calendar as do
from appointments.actions.read_calendar import read_calendar as do_read
from appointments.forms.external_calendar import ExternalCalendarForm
from appointments.models import ExternalCalendar
from appointments.models.external_calendar import Trouble
from core.refusal import Refusal
from practitioners.access import editable_practitioners
from practitioners.models import Practitioner


@require_safe
@desk_required
def calendar_health(request: SignedInRequest) -> HttpResponse:
    """Every calendar of the house, those in trouble first. Neither addresses nor titles."""
    found = (
        ExternalCalendar.objects.filter(practitioner__in=editable_practitioners(request.user).values("pk"))
        .select_related("practitioner")
        .order_by("failing_since", "practitioner__last_name", "name", "pk")
    )
    return render(request, "cabinet/calendar_health.html", {"calendars": found})


@require_http_methods(["GET", "HEAD", "POST"])
def add_calendar(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_own_practice(request.user, slug)
    form = ExternalCalendarForm(request.POST or None, request.FILES or None, practitioner=practitioner)
    return _edit(request, practitioner, form, title=_("Ajouter un agenda extérieur"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_calendar(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_own_practice(request.user, slug)
    calendar = _calendar(practitioner, pk)
    form = ExternalCalendarForm(
        request.POST or None, request.FILES or None, instance=calendar, practitioner=practitioner
    )
    return _edit(request, practitioner, form, title=_("Modifier l’agenda « %s »") % calendar.name)


def _edit(
    request: SignedInRequest, practitioner: Practitioner, form: ExternalCalendarForm, **context: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        calendar = form.save(commit=False)
        calendar.address = "" if form.cleaned_data["upload"] else form.cleaned_data["address"]
        upload = form.cleaned_data["upload"]
        try:
            trouble = do.connect_calendar(calendar, upload.read() if upload else None, actor=request.user)
        except Refusal as refusal:
            form.add_error("upload" if upload else None, str(refusal.sentence))
        else:
            _say(request, calendar, trouble)
            return redirect("calendars", practitioner.slug)
    context |= {"practitioner": practitioner, "form": form}
    return render(request, "cabinet/calendar_form.html", context, status=422 if _wrong(form) else 200)


def _wrong(form: BaseForm) -> bool:
    return form.is_bound and bool(form.errors)


@require_POST
def change_calendar(request: SignedInRequest, slug: str, pk: int, step: str) -> HttpResponse:
    """Read it now, let it rest, take it up again, forget it."""
    calendar = _calendar(get_own_practice(request.user, slug), pk)
    if step == "relire":
        _say(request, calendar, do_read(calendar.pk, actor=request.user, at_once=True))
    elif step == "suspendre":
        do.pause_calendar(calendar, actor=request.user)
        messages.success(request, _("« %s » ne bloque plus rien pour l’instant.") % calendar.name)
    elif step == "reprendre":
        _say(request, calendar, do.resume_calendar(calendar, actor=request.user))
    elif step == "retirer":
        do.forget_calendar(calendar, actor=request.user)
        messages.success(request, _("« %s » est retiré, avec tout ce qui en était connu.") % calendar.name)
    else:
        raise Http404
    return redirect("calendars", slug)


def _calendar(practitioner: Practitioner, pk: int) -> ExternalCalendar:
    return get_object_or_404(ExternalCalendar, pk=pk, practitioner=practitioner)


def _say(request: SignedInRequest, calendar: ExternalCalendar, trouble: Trouble | None) -> None:
    if not trouble:
        messages.success(request, _("« %s » est à jour.") % calendar.name)
        return
    sentence = _("« %(name)s » n’a pas pu être lu : %(why)s. Nous réessayons régulièrement.")
    messages.warning(request, sentence % {"name": calendar.name, "why": trouble.label})
