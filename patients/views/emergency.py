"""« Bris de glace »: opening a record in an emergency, and looking at it afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, role_required
from accounts.models import Role
from core.web.ratelimit import limit
from patients import emergencies
from patients.actions.break_glass import break_glass, review_emergency
from patients.forms.care import EmergencyForm, ReviewForm
from patients.models.emergency import Verdict

REVIEWS_PER_PAGE = 25


@limit("emergency")
@require_http_methods(["GET", "HEAD", "POST"])
def emergency_access(request: SignedInRequest) -> HttpResponse:
    """Who and why first; then the people of that date, of whom one is chosen."""
    doctor = emergencies.get_doctor(request.user)
    posted = request.POST if request.method == "POST" else None
    form = EmergencyForm(posted)
    found = None
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        found = emergencies.people_named(doctor, data["born"], data["letters"], actor=request.user)
        chosen = next((one for one in found if str(one.pk) == posted.get("patient")), None)
        if chosen is not None:
            break_glass(chosen, doctor, justification=data["justification"], actor=request.user)
            messages.warning(
                request,
                _("Le dossier est ouvert pour une heure. La personne et la coordination sont prévenues."),
            )
            return redirect("patient_record", chosen.pk)
    context = {"form": form, "found": found}
    status = 200 if posted is None or found is not None else 422
    return render(request, "patients/care/emergency_access.html", context, status=status)


@role_required(Role.COORDINATOR)
@require_safe
def emergency_reviews(request: SignedInRequest) -> HttpResponse:
    page = Paginator(emergencies.to_review(), REVIEWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "reviewed": emergencies.reviewed()[:10]}
    return render(request, "patients/care/emergency_reviews.html", context)


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency_review(request: SignedInRequest, pk: int) -> HttpResponse:
    access = emergencies.get_to_review(pk)
    posted = request.POST if request.method == "POST" else None
    form = ReviewForm(posted)
    if posted is not None and form.is_valid():
        verdict = Verdict(form.cleaned_data["verdict"])
        review_emergency(access, verdict, note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("Votre avis est enregistré."))
        return redirect("emergency_reviews")
    context = {"access": access, "form": form, "traces": emergencies.traces_of(access)}
    return render(request, "patients/care/emergency_review.html", context, status=422 if posted else 200)
