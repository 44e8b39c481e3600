"""A patient as the team needs him: identity, ways to reach him, who acts for him, visits, what happened here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from appointments import no_shows
from appointments.access import series_for_staff, visits_for_staff
from appointments.series_progress import counts_of, progress_from
from coordination import access, panels
from coordination import record_paper as paper
from coordination.access import Reader
from coordination.forms.record import TimelineForm
from coordination.medical_facts import fact_rows, facts_from
from coordination.timeline import sources
from coordination.timeline_appointments import last_visits
from coordination.timeline_page import authors_of, page_of
from core import clock
from core.db import together
from patients.access import merges_of, proxies_for, stands_in_for
from patients.models import Patient, PatientMerge

TIMELINE = "coordination/patient_record.html#timeline"


@require_safe
def patient_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opening it leaves a line that the patient can read; filters and older lines leave no other."""
    is_part = _is_part(request)
    try:
        patient, reader = (access.reopen_record if is_part else access.open_record)(request.user, pk)
    except Http404:
        if kept := stands_in_for(request.user, pk):
            return redirect("patient_record", kept)
        raise
    opposed = access.oppositions_to(patient, reader)
    context = {"patient": patient, "reader": reader} | _timeline(request, patient, reader, opposed)
    if is_part:
        return render(request, TIMELINE, context)
    context |= _around(patient, reader, {} if reader.overrides else opposed)
    return render(request, "coordination/patient_record.html", context)


def _is_part(request: SignedInRequest) -> bool:
    """Asked for by the page itself, to be put into it."""
    return request.headers.get("HX-Request") == "true"


def _timeline(
    request: SignedInRequest, patient: Patient, reader: Reader, opposed: dict[str, set[int]]
) -> dict[str, Any]:
    form = _filters(request, patient, reader, {} if reader.overrides else opposed)
    wanted = form.wanted(request.GET.get("avant", ""))
    page = page_of(patient, reader, wanted, opposed=opposed)
    if page.opposed:
        access.note_overridden(patient, reader, page.opposed)
    return {"filters": form, "wanted": wanted, "page": page}


def _around(patient: Patient, reader: Reader, hidden: dict[str, set[int]]) -> dict[str, Any]:
    """The desk sees all visits to come, a professional his own: those are what each may move."""
    now = clock.now()
    given = series_for_staff(reader.user, patient)
    to_come = visits_for_staff(reader.user, patient).coming(now).order_by("start_at", "pk")
    alerts, allergies, seen, proxies, coming, series, counted, merges = together(
        *fact_rows(patient, reader, hidden),
        last_visits(patient, hidden.get("appointment", ())),
        proxies_for(patient),
        to_come,
        given,
        counts_of(given),
        merges_of(patient) if reader.at_desk else PatientMerge.objects.none(),
    )
    progress = progress_from(series, counted)
    return {
        "pause": no_shows.pause_of(patient, now) if reader.at_desk else None,
        "age": patient.age_on(clock.today()),
        "proxies": proxies,
        "coming": coming,
        "series": [(one, progress[one.pk]) for one in series],
        "at_desk": reader.at_desk,
        "merges": merges,
        "facts": facts_from(alerts, allergies, reader),
        "last_visit": next(iter(seen), None),
        "panels": panels.panels_of(patient, reader),
        "record_doors": panels.doors_of(patient, reader),
    }


@require_safe
def record_panel(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """What stands beside the timeline: a fragment within the page, a page of its own without script."""
    is_part = _is_part(request)
    patient, reader = (access.reopen_record if is_part else access.open_record)(request.user, pk)
    panel = panels.get_panel(name, reader)
    context = {"patient": patient, "reader": reader, "panel": panel, **panel.context(patient, reader)}
    return render(request, panel.template if is_part else "coordination/record_panel.html", context)


@require_safe
def record_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is on the screen, filters included, to print or to keep; one more line that the patient can read."""
    patient, reader = access.open_record(request.user, pk)
    form = _filters(request, patient, reader, access.hidden_entries(patient, reader))
    content, page = paper.record_pdf(patient, reader, form.wanted(""), printed_at=clock.now())
    access.note_printed(patient, reader, page.opposed)
    name = _("dossier-%(pk)s.pdf") % {"pk": patient.pk}
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _filters(
    request: SignedInRequest, patient: Patient, reader: Reader, hidden: dict[str, set[int]]
) -> TimelineForm:
    kinds = sources(clinical=not reader.at_desk)
    return TimelineForm(request.GET, kinds=kinds, authors=authors_of(patient, reader, hidden))
