"""How the measures of one person went: a table each, drawn where there is script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from coordination import note_access
from coordination.measure_charts import chart_of
from coordination.measures import courses_of


@require_safe
def patient_measures(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _practitioner, reader = note_access.open_for_care(request.user, pk)
    courses = courses_of(patient, reader)
    context = {"patient": patient, "courses": [(course, chart_of(course)) for course in courses]}
    return render(request, "coordination/patient_measures.html", context)
