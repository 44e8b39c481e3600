"""A patient as the team needs him: identity, ways to reach him, who acts for him, visits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import no_shows
from appointments.access import series_for_staff, visits_for_staff
from appointments.series_progress import progress_of
from core import clock
from patients.access import (
    WordMissing,
    get_patient_for_staff,
    merges_of,
    proxies_for,
    stands_in_for,
)

MOST_PAST = 30


@require_safe
def patient_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """The desk sees all visits, a professional his own; opening it leaves a line that the patient can read."""
    if kept := stands_in_for(request.user, pk):
        return redirect("patient_record", kept)
    try:
        patient = get_patient_for_staff(request.user, pk)
    except WordMissing:
        return redirect("note_word", pk)
    now = clock.now()
    visits = visits_for_staff(request.user, patient)
    series = list(series_for_staff(request.user, patient))
    progress = progress_of(series)
    context = {
        "patient": patient,
        "pause": no_shows.pause_of(patient, now) if is_desk(request.user) else None,
        "age": patient.age_on(clock.today()),
        "proxies": proxies_for(patient),
        "coming": visits.coming(now).order_by("start_at", "pk"),
        "past": visits.exclude(pk__in=visits.coming(now)).order_by("-start_at", "-pk")[:MOST_PAST],
        "series": [(one, progress[one.pk]) for one in series],
        "at_desk": is_desk(request.user),
        "merges": merges_of(patient) if is_desk(request.user) else [],
    }
    return render(request, "appointments/desk/patient_record.html", context)
