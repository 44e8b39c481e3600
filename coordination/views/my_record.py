"""« Mon dossier partagé »: the patient reads what is in it, and closes a line to whom he likes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, reads_health
from coordination import my_record as reading
from coordination.actions import close_entry as closing
from coordination.forms.close_entry import CloseEntryForm
from coordination.timeline_page import Place
from patients.access import get_patient_for, patients_of


@reads_health
@require_safe
def my_record(request: SignedInRequest) -> HttpResponse:
    """One person: his record at once; several: whose first."""
    people = list(patients_of(request.user))
    if len(people) == 1:
        return redirect("record_of", people[0].pk)
    return render(request, "coordination/my_record.html", {"people": people})


@reads_health
@require_safe
def record_of(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = get_patient_for(request.user, pk)
    page = reading.page_for(request.user, patient, Place.read(request.GET.get("avant", "")))
    return render(request, "coordination/record_of.html", {"patient": patient, "page": page})


@reads_health
@require_http_methods(["GET", "HEAD", "POST"])
def close_entry(request: SignedInRequest, pk: int, kind: str, entry: int) -> HttpResponse:
    patient, line, author = reading.get_entry_for(request.user, pk, kind, entry)
    posted = request.POST if request.method == "POST" else None
    form = CloseEntryForm(posted, team=reading.who_could_read(patient, author))
    if posted is not None and form.is_valid():
        closing.close_entry(
            patient, kind, entry, practitioner=form.practitioner, author=author, actor=request.user
        )
        messages.success(request, _("C’est fermé. Vous pouvez rouvrir cette ligne à tout moment."))
        return redirect("record_of", pk)
    context = {"patient": patient, "line": line, "form": form}
    return render(request, "coordination/close_entry.html", context, status=422 if posted else 200)


@reads_health
@require_POST
def reopen_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    opposition = reading.get_opposition_for(request.user, pk)
    closing.reopen_entry(opposition, actor=request.user)
    messages.success(request, _("Cette ligne est de nouveau ouverte."))
    return redirect("record_of", opposition.patient_id)
