"""The team finds a patient, enters a new one, keeps the ways to reach him."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, desk_required, gives_care, is_desk
from core.refusal import Refusal
from patients import access
from patients.actions import correct_identity as correcting
from patients.actions.create_at_desk import LooksLike, create_at_desk
from patients.actions.update_identity import update_identity
from patients.emergencies import may_break_glass
from patients.forms.desk import CorrectionForm, DeskPatientForm, SearchForm
from patients.forms.identity import ContactForm
from patients.models import Patient
from patients.search import find_patients

# What was looked for stays in the session: a date of birth has no place in an address or a log.
LAST = "patient_search"


@require_http_methods(["GET", "HEAD", "POST"])
def patient_search(request: SignedInRequest) -> HttpResponse:
    if not (is_desk(request.user) or gives_care(request.user)):
        raise Http404
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return render(
                request,
                "patients/desk/patient_search.html",
                {"form": form, "can_create": is_desk(request.user)},
                status=422,
            )
        request.session[LAST] = {
            "born": f"{form.cleaned_data['born']:%d/%m/%Y}",
            "letters": form.cleaned_data["letters"],
        }
        return redirect("patient_search")
    asked = request.session.get(LAST)
    form = SearchForm(asked)
    found: list[Patient] | None = None
    if asked and form.is_valid():
        found = list(find_patients(request.user, form.cleaned_data["born"], form.cleaned_data["letters"]))
    context = {
        "form": form,
        "found": found,
        "can_create": is_desk(request.user),
        "may_break_glass": may_break_glass(request.user),
    }
    return render(request, "patients/desk/patient_search.html", context)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_patient(request: SignedInRequest) -> HttpResponse:
    """Somebody similar is shown first: « c’est cette personne » or « créer quand même »."""
    posted = request.POST if request.method == "POST" else None
    asked = request.session.get(LAST) or {}
    form = DeskPatientForm(posted, initial={"birth_date": asked.get("born")})
    similar = []
    if posted is not None and form.is_valid():
        try:
            patient = create_at_desk(form.cleaned_data, actor=request.user, despite=_despite(request))
        except LooksLike as refusal:
            similar = refusal.patients
        else:
            messages.success(request, _("La fiche est créée."))
            return redirect("patient_record", patient.pk)
    context = {
        "form": form,
        "similar": similar,
        "despite": sorted({one.pk for one in similar} | _despite(request)),
    }
    status = 200 if posted is None else 409 if similar else 422
    return render(request, "patients/desk/create_patient.html", context, status=status)


def _despite(request: HttpRequest) -> set[int]:
    """The similar people that the desk has seen and set aside."""
    return {
        int(key)
        for key in request.POST.getlist("despite")
        if key.isascii() and key.isdigit() and len(key) < 10
    }


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = access.get_patient_for_desk(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = ContactForm(posted, instance=patient)
    if posted is not None and form.is_valid():
        update_identity(patient, form.cleaned_data, actor=request.user)
        messages.success(request, _("C’est enregistré."))
        return redirect("patient_record", pk)
    context = {"patient": patient, "form": form}
    return render(request, "patients/desk/edit_contact.html", context, status=422 if posted else 200)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_identity(request: SignedInRequest, pk: int) -> HttpResponse:
    """A document is seen: the identity is checked, and corrected where it was wrong."""
    patient = access.get_patient_for_desk(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, initial=CorrectionForm.initial_of(patient))
    if posted is not None and form.is_valid():
        traits = {name: form.cleaned_data[name] for name in correcting.TRAITS}
        document, why = form.cleaned_data["document"], form.cleaned_data["why"]
        try:
            correcting.correct_identity(patient, traits, document=document, why=why, actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("L’identité est enregistrée."))
            return redirect("patient_record", pk)
    context = {"patient": patient, "form": form, "corrections": patient.corrections.select_related("by")[:20]}
    return render(request, "patients/desk/correct_identity.html", context, status=422 if posted else 200)
