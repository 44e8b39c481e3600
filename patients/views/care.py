"""« Qui me soigne »: who takes part in the care, and what the patient says about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from patients import access, sharing
from patients.actions.give_word import give_word, withdraw_word
from patients.actions.recognise import end_recognition, recognise
from patients.forms.care import RecogniseForm
from patients.models.consent import Decision, Means


@require_safe
def my_care_team(request: SignedInRequest) -> HttpResponse:
    people = list(access.patients_of(request.user))
    context = {"circles": sharing.circles_of(people)}
    return render(request, "patients/care/my_care_team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_care_team(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = access.get_patient_for(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = RecogniseForm(posted, others=sharing.who_could_join(patient))
    if posted is not None and form.is_valid():
        practitioner = form.cleaned_data["practitioner"]
        recognise(patient, practitioner, actor=request.user)
        messages.success(
            request, _("%(name)s fait partie de l’équipe.") % {"name": practitioner.display_name}
        )
        return redirect("my_care_team")
    context = {"form": form, "patient": patient}
    return render(request, "patients/care/add_to_care_team.html", context, status=422 if posted else 200)


@require_POST
def leave_care_team(request: SignedInRequest, pk: int, practitioner_pk: int) -> HttpResponse:
    """Takes back what the patient named himself; the other reasons stay."""
    patient = access.get_patient_for(request.user, pk)
    end_recognition(patient, sharing.get_practitioner(practitioner_pk), actor=request.user)
    messages.success(request, _("C’est retiré."))
    return redirect("my_care_team")


@require_http_methods(["GET", "HEAD", "POST"])
def oppose(request: SignedInRequest, pk: int, practitioner_pk: int | None = None) -> HttpResponse:
    """Asks first: the professional will no longer open the record. Without a professional: the whole house."""
    patient = access.get_patient_for(request.user, pk)
    practitioner = sharing.get_practitioner(practitioner_pk) if practitioner_pk else None
    if request.method == "POST":
        give_word(patient, practitioner, Decision.OPPOSES, actor=request.user, means=Means.ONLINE)
        messages.success(
            request, _("Votre opposition est enregistrée. Vous pouvez la retirer à tout moment.")
        )
        return redirect("my_care_team")
    context = {"patient": patient, "practitioner": practitioner}
    return render(request, "patients/care/oppose.html", context)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    withdraw_word(sharing.get_consent_for(request.user, pk), actor=request.user)
    messages.success(request, _("C’est retiré."))
    return redirect("my_care_team")
