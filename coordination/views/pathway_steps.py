"""What is done with one step of a patient's pathway: one address for each verb; booking shows free times first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, is_desk
from appointments.eligibility import desk_warning
from appointments.models import Appointment, AppointmentSeries, Origin
from appointments.seating import Seeker
from appointments.staff_search import staff_slot
from coordination.access_pathways import get_pathway_for_care, get_pathway_to_plan, get_step
from coordination.actions import change_step
from coordination.actions.book_step import book_step
from coordination.forms.pathway import AssignForm, DespiteForm
from coordination.models import PathwayStep
from coordination.pathway_board import plan_of
from coordination.pathway_page import TO_BE_DONE, StepRow
from coordination.pathway_plan import Standing
from coordination.pathway_slots import reasons_for, slot_named, slots_for_team
from coordination.views.patient_pathways import show_pathway
from core import clock
from core.refusal import Refusal

type Change = Callable[[SignedInRequest, PathwayStep], object]


def _finish(request: SignedInRequest, step: PathwayStep) -> None:
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "")
    change_step.finish_step(step, actor=request.user, answer=answer, note=note)


def _skip(request: SignedInRequest, step: PathwayStep) -> None:
    reason = request.POST.get("note", "")
    if step.source.is_optional and not reason.strip():
        reason = _("étape facultative")
    change_step.skip_step(step, actor=request.user, reason=reason, answer=request.POST.get("answer", ""))


def _keep(request: SignedInRequest, step: PathwayStep) -> None:
    change_step.keep_visit(step, actor=request.user, note=request.POST.get("note", ""))


def _assign(request: SignedInRequest, step: PathwayStep) -> None:
    form = AssignForm(step, request.POST)
    if not form.is_valid():
        raise Refusal(str(form.errors["practitioner"][0]))
    change_step.assign_step(step, form.chosen, actor=request.user)


def _attach(request: SignedInRequest, step: PathwayStep) -> None:
    model = AppointmentSeries if step.source.is_series else Appointment
    raw = request.POST.get("visit", "")
    key = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    visit = model.objects.filter(pk=key, patient=step.pathway.patient_id).first()
    if visit is None:
        raise change_step.NotThisStep
    change_step.attach_visit(step, visit, actor=request.user)


def _detach(request: SignedInRequest, step: PathwayStep) -> None:
    change_step.detach_visit(step, actor=request.user)


def _restart(request: SignedInRequest, step: PathwayStep) -> None:
    change_step.restart_step(step, actor=request.user)


def _invite(request: SignedInRequest, step: PathwayStep) -> None:
    change_step.invite_step(step, actor=request.user)


CLINICAL: dict[str, Change] = {
    "faite": _finish,
    "passer": _skip,
    "garder": _keep,
    "confier": _assign,
    "rattacher": _attach,
    "detacher": _detach,
}
ADMINISTRATIVE: dict[str, Change] = {"relancer": _restart, "proposer": _invite}
SAID = {
    "faite": gettext_lazy("C’est noté : l’étape est faite."),
    "passer": gettext_lazy("C’est noté : le parcours continue sans cette étape."),
    "garder": gettext_lazy("C’est noté : la date est gardée."),
    "confier": gettext_lazy("L’étape est confiée."),
    "rattacher": gettext_lazy("Le rendez-vous compte maintenant pour cette étape."),
    "detacher": gettext_lazy("Le rendez-vous ne compte plus pour cette étape."),
    "relancer": gettext_lazy("L’étape repart : son délai court de nouveau à partir d’aujourd’hui."),
    "proposer": gettext_lazy("Le patient est invité à choisir une date."),
}


@require_POST
def change_pathway_step(
    request: SignedInRequest, pk: int, pathway_pk: int, step_pk: int, do: str
) -> HttpResponse:
    """What was typed stays on the page where a rule says no."""
    change = ADMINISTRATIVE.get(do) or CLINICAL.get(do)
    if change is None:
        raise Http404
    door = get_pathway_to_plan if do in ADMINISTRATIVE else get_pathway_for_care
    pathway = door(request.user, pk, pathway_pk)
    step = get_step(pathway, step_pk)
    try:
        change(request, step)
    except Refusal as refusal:
        refused = {
            "step": step_pk,
            "do": do,
            "sentence": str(refusal.sentence),
            "note": request.POST.get("note", "")[:300],
            "answer": request.POST.get("answer", ""),
        }
        return show_pathway(request, pathway, refused=refused, status=422)
    messages.success(request, SAID[do])
    return redirect("care_pathway", pk, pathway_pk)


@require_http_methods(["GET", "HEAD", "POST"])
def book_pathway_step(request: SignedInRequest, pk: int, pathway_pk: int, step_pk: int) -> HttpResponse:
    """Free times around the ideal day; one touch books."""
    pathway = get_pathway_to_plan(request.user, pk, pathway_pk)
    get_step(pathway, step_pk)
    plan = plan_of(pathway)
    standing = next(one for one in plan.standings if one.step.pk == step_pk)
    if standing.state not in TO_BE_DONE or not standing.step.source.is_visit or not pathway.is_active:
        return redirect("care_pathway", pk, pathway_pk)
    outcome: dict[str, Any] = {}
    if request.method == "POST":
        outcome = _book(request, standing)
        if "booked" in outcome:
            messages.success(request, _("Le rendez-vous est pris et le patient prévenu."))
            return redirect("care_pathway", pk, pathway_pk)
    context = {
        "patient": pathway.patient,
        "pathway": pathway,
        "row": StepRow(standing, clinical=not is_desk(request.user)),
        "slots": slots_for_team(standing),
        **outcome,
    }
    return render(request, "coordination/book_pathway_step.html", context, status=409 if outcome else 200)


def _book(request: SignedInRequest, standing: Standing) -> dict[str, Any]:
    now = clock.now()
    asked = slot_named(request.POST.get("slot", ""), reasons_for(standing.step))
    seeker = Seeker(standing.step.pathway.patient_id, request.user.pk)
    slot = staff_slot(*asked, now, seeker) if asked and asked[1] >= now else None
    if slot is None:
        return {"sentence": _("Ce créneau vient d’être pris. Choisissez-en un autre.")}
    despite = DespiteForm(request.POST if "despite" in request.POST else None, initial=request.POST.dict())
    patient = standing.step.pathway.patient
    warning = desk_warning(slot.reason, patient, slot.start_at, now) or ""
    if warning and not (despite.is_bound and despite.is_valid()):
        return {"warning": warning, "despite": despite}
    origin = Origin.DESK if is_desk(request.user) else Origin.PRACTITIONER
    try:
        booked = book_step(
            standing.step,
            slot,
            actor=request.user,
            why=despite.cleaned_data["despite"] if warning else "",
            despite=warning,
            origin=origin,
        )
    except Refusal as refusal:
        return {"sentence": str(refusal.sentence)}
    return {"booked": booked}
