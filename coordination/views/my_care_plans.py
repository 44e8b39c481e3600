"""The patient reads his care plan in his space, and takes it away as a page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, reads_health
from coordination import care_plans
from coordination.models import CarePlanVersion
from coordination.views.care_plans import sheet_response
from patients.access import get_patient_for, patients_of


@reads_health
@require_safe
def my_care_plans(request: SignedInRequest) -> HttpResponse:
    people = patients_of(request.user).values("pk")
    versions = CarePlanVersion.objects.current().whole().filter(plan__patient__in=people)
    rows = versions.filter(plan__closed_at=None).order_by("plan__patient__birth_date", "plan")
    context = {"plans": [care_plans.shown(version) for version in rows]}
    return render(request, "coordination/my_care_plans.html", context)


@reads_health
@require_safe
def my_care_plan_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = get_patient_for(request.user, pk)
    plan = patient.care_plans.filter(closed_at=None).first()
    if plan is None:
        raise Http404
    return sheet_response(care_plans.shown(care_plans.get_version(plan)))
