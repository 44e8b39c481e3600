"""The pathways of one patient: what runs, what may begin; one pathway with its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import caps
from coordination.access_pathways import (
    get_pathway_for_staff,
    get_pathway_to_plan,
    get_version,
    may_plan,
    open_pathways,
    pathways_to_start,
    readable_pathways,
    require_part,
)
from coordination.actions.change_step import note_dates
from coordination.actions.end_pathway import end_pathway
from coordination.actions.start_pathway import refuse_pathway, start_pathway
from coordination.forms.pathway import EndForm, StartForm
from coordination.models import CarePathway, InformedBy
from coordination.pathway_board import plan_of, plans_of
from coordination.pathway_page import rows_of
from core.refusal import Refusal
from patients.access import get_patient_for_practitioner, practitioner_of
from patients.models import Patient
from practitioners.models import Practitioner


@require_safe
def patient_pathways(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, reader = open_pathways(request.user, pk)
    plans = plans_of(readable_pathways(patient, reader).order_by("-started_on", "-pk"))
    practitioner = None if is_desk(request.user) else practitioner_of(request.user)
    running = {plan.pathway.version.template_id for plan in plans if plan.pathway.is_active}
    takes_part = practitioner is not None and may_plan(request.user, patient)
    offered = pathways_to_start(practitioner) if practitioner is not None and takes_part else []
    context = {
        "patient": patient,
        "plans": plans,
        "offered": [one for one in offered if one.template_id not in running],
        "at_desk": practitioner is None,
    }
    return render(request, "coordination/patient_pathways.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start_care_pathway(request: SignedInRequest, pk: int, version_pk: int) -> HttpResponse:
    """By a professional who takes part in the care, for what his profession may start."""
    if is_desk(request.user):
        raise Http404
    patient = get_patient_for_practitioner(request.user, pk)
    lead = require_part(request.user, patient)
    version = get_version(request.user, version_pk)
    if version not in pathways_to_start(lead):
        raise Http404
    form = StartForm(version, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            return _start(request, patient, lead, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
    context = {"patient": patient, "version": version, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "coordination/start_care_pathway.html", context, status=status)


def _start(request: SignedInRequest, patient: Patient, lead: Practitioner, form: StartForm) -> HttpResponse:
    informed_by = InformedBy(form.cleaned_data["informed_by"])
    if form.cleaned_data["accepts"] == "no":
        refuse_pathway(patient, form.version, lead, actor=request.user, informed_by=informed_by)
        messages.success(request, _("C’est noté : le patient ne souhaite pas ce parcours."))
        return redirect("patient_pathways", patient.pk)
    pathway = start_pathway(
        patient, form.version, lead, actor=request.user, informed_by=informed_by, chosen=form.chosen
    )
    messages.success(request, _("Le parcours a commencé."))
    return redirect("care_pathway", patient.pk, pathway.pk)


@require_safe
def care_pathway(request: SignedInRequest, pk: int, pathway_pk: int) -> HttpResponse:
    pathway = get_pathway_for_staff(request.user, pk, pathway_pk)
    return show_pathway(request, pathway)


def show_pathway(
    request: SignedInRequest,
    pathway: CarePathway,
    *,
    refused: dict[str, Any] | None = None,
    end: EndForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """`refused`: the step that was to change, what was typed, and the sentence that says why it did not."""
    at_desk = is_desk(request.user)
    plan = plan_of(pathway)
    context = {
        "patient": pathway.patient,
        "pathway": plan.pathway,
        "plan": plan,
        "rows": rows_of(plan, clinical=not at_desk, refused=refused),
        "at_desk": at_desk,
        "may_plan": may_plan(request.user, pathway.patient),
        "end": end or EndForm(plan.pathway, with_template=not at_desk),
        "caps": caps.counts_of(pathway.patient),
    }
    return render(request, "coordination/care_pathway.html", context, status=status)


@require_POST
def change_care_pathway(request: SignedInRequest, pk: int, pathway_pk: int, do: str) -> HttpResponse:
    pathway = get_pathway_to_plan(request.user, pk, pathway_pk)
    if do == "dates":
        note_dates(pathway, actor=request.user)
        messages.success(request, _("Les nouvelles dates sont notées."))
        return redirect("care_pathway", pk, pathway_pk)
    if do != "arreter":
        raise Http404
    form = EndForm(pathway, request.POST, with_template=not is_desk(request.user))
    if not form.is_valid():
        return show_pathway(request, pathway, end=form, status=422)
    end_pathway(pathway, form.kind, actor=request.user, note=form.words)
    messages.success(
        request, _("Le parcours est arrêté. Les rendez-vous déjà pris restent : annulez-les si besoin.")
    )
    return redirect("care_pathway", pk, pathway_pk)
