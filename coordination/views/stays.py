"""« Stages »: who is trained here, under whom, half-day by half-day, and how it goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_coordinator
from appointments.models import Absence, Takeover
from appointments.models.absence import AbsenceKind
from appointments.models.supervision import Half
from coordination import stays as reading
from coordination.actions.save_stay import save_stay, write_stay_note
from coordination.forms.stay import WORKDAYS, HalfDaysForm, StayForm, StayNoteForm
from coordination.headcount import changes_for
from core import clock
from practitioners.models import Internship

MOST_COMING = 20


@require_safe
def stays(request: SignedInRequest) -> HttpResponse:
    if not reading.may_see_stays(request.user):
        raise Http404
    rows, today = reading.stays_for(request.user).order_by("-until", "pk"), clock.today()
    context = {
        "title": _("Stages"),
        "tab": "stays",
        "current": [stay for stay in rows if stay.until >= today],
        "past": [stay for stay in rows if stay.until < today],
        "may_add": is_coordinator(request.user),
        "changes": [] if is_coordinator(request.user) else changes_for(request.user).order_by("on"),
        "today": today,
    }
    return render(request, "coordination/stays.html", context)


@require_safe
def stay(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, reading.get_stay(request.user, pk), StayNoteForm())


def _page(
    request: SignedInRequest, found: Internship, form: StayNoteForm, *, status: int = 200
) -> HttpResponse:
    now, last = clock.now(), clock.day_bounds(found.until)[1]
    reads_notes = reading.may_read_notes(request.user, found)
    closed = Absence.objects.filter(
        practitioner=found.intern_id, kind=AbsenceKind.UNSUPERVISED, end_at__gt=now, start_at__lt=last
    )
    takeovers = Takeover.objects.filter(stay=found, end_at__gt=now).select_related("named", "supervisor")
    context: dict[str, Any] = {
        "title": found.intern.display_name,
        "tab": "stays",
        "stay": found,
        "week": _week(found),
        "figures": reading.figures_of(found),
        "may_edit": reading.may_edit(request.user, found),
        "closed": closed.order_by("start_at")[:MOST_COMING],
        "takeovers": takeovers.order_by("start_at")[:MOST_COMING],
        "reads_notes": reads_notes,
        "notes": found.notes.select_related("author") if reads_notes else [],
        "form": form,
        "today": clock.today(),
    }
    return render(request, "coordination/stay.html", context, status=status)


def _week(found: Internship) -> list[tuple[str, list[str]]]:
    named = {
        (row.weekday, row.half): row.supervisor.display_name
        for row in found.half_days.select_related("supervisor")
    }
    return [(str(day.label), [named.get((day, half), "") for half in Half]) for day in WORKDAYS]


@require_http_methods(["GET", "HEAD", "POST"])
def add_stay(request: SignedInRequest) -> HttpResponse:
    if not is_coordinator(request.user):
        raise Http404
    return _edit(request, Internship())


@require_http_methods(["GET", "HEAD", "POST"])
def edit_stay(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit(request, reading.get_stay_to_edit(request.user, pk))


def _edit(request: SignedInRequest, found: Internship) -> HttpResponse:
    form = StayForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        named = (
            {(row.weekday, row.half): row.supervisor_id for row in found.half_days.all()} if found.pk else {}
        )
        watched = save_stay(form.instance, list(form.cleaned_data["supervisors"]), named, actor=request.user)
        _say(request, len(watched.stranded))
        return redirect("stay_half_days", form.instance.pk)
    status = 422 if form.errors else 200
    title = _("Modifier le stage") if found.pk else _("Nouveau stage")
    context = {"form": form, "stay": found, "title": title, "tab": "stays"}
    return render(request, "coordination/edit_stay.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def stay_half_days(request: SignedInRequest, pk: int) -> HttpResponse:
    found = reading.get_stay_to_edit(request.user, pk)
    people = list(found.supervisors.all())
    form = HalfDaysForm(request.POST if request.method == "POST" else None, stay=found, people=people)
    if request.method == "POST" and form.is_valid():
        watched = save_stay(found, people, form.named(), actor=request.user)
        _say(request, len(watched.stranded))
        return redirect("stay", pk)
    status = 422 if form.errors else 200
    title = _("Les demi-journées de %s") % found.intern.display_name
    context = {"form": form, "stay": found, "title": title, "tab": "stays"}
    return render(request, "coordination/stay_half_days.html", context, status=status)


def _say(request: SignedInRequest, stranded: int) -> None:
    messages.success(
        request, _("Le stage est enregistré. Les heures du stagiaire suivent ses maîtres de stage.")
    )
    if stranded:
        messages.warning(
            request,
            _("Rendez-vous à replacer : %(number)s. Ils sont dans la liste « À replacer ».")
            % {"number": stranded},
        )


@require_POST
def add_stay_note(request: SignedInRequest, pk: int) -> HttpResponse:
    found = reading.get_stay(request.user, pk)
    if not reading.may_read_notes(request.user, found):
        raise Http404
    form = StayNoteForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    write_stay_note(found, form.cleaned_data["text"], actor=request.user)
    messages.success(request, _("Votre note est ajoutée."))
    return redirect("stay", pk)
