"""Before a record opens to a psychologist or to somebody from outside: the word that the law wants."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from core import clock
from core.web.way_back import own_page
from patients import access
from patients.actions.give_word import give_word
from patients.forms.care import WordForm
from patients.models.consent import Means


@require_http_methods(["GET", "HEAD", "POST"])
def note_word(request: SignedInRequest, pk: int) -> HttpResponse:
    """Noted by the one who heard it, dated, readable by the patient; then the record opens."""
    patient, practitioner, decision = access.get_patient_without_word(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = WordForm(posted, initial={"given_on": clock.today(), "means": Means.ORAL})
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        give_word(
            patient,
            practitioner,
            decision,
            actor=request.user,
            means=Means(data["means"]),
            scope=data["scope"],
            given_on=data["given_on"],
        )
        return redirect(_asked_for(request) or reverse("patient_record", args=[pk]))
    context = {"patient": patient, "form": form, "decision": decision}
    return render(request, "patients/care/note_word.html", context, status=422 if posted else 200)


def _asked_for(request: SignedInRequest) -> str:
    """The page of this record on which the word was missing."""
    return own_page(request, request.GET.get("next", ""))
