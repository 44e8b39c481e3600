"""« Mon parcours » : where one stands, what comes next, the next visit booked with one touch."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, reads_health
from appointments import caps
from appointments.availability import Slot, find_slot
from appointments.eligibility import audiences_for, is_known
from coordination.access_pathways import get_my_pathway, get_step, pathways_of_person
from coordination.actions.book_step import book_own_step
from coordination.actions.change_step import decline_step
from coordination.actions.end_pathway import end_pathway
from coordination.models import CarePathway, PathwayEnd, PathwayStep
from coordination.pathway_board import plan_of, plans_of
from coordination.pathway_page import TO_BE_DONE
from coordination.pathway_plan import Plan
from coordination.pathway_slots import reasons_for, slot_named, slots_for_patient
from core import clock
from core.refusal import Refusal
from patients.access import patients_of


@reads_health
@require_safe
def my_pathways(request: SignedInRequest) -> HttpResponse:
    mine = pathways_of_person(request.user).order_by("state", "-started_on", "-pk")
    context = {"plans": plans_of(mine), "alone": patients_of(request.user).count() <= 1}
    return render(request, "coordination/my_pathways.html", context)


@reads_health
@require_safe
def my_pathway(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, get_my_pathway(request.user, pk))


def _show(
    request: SignedInRequest, pathway: CarePathway, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    plan = plan_of(pathway)
    offered = [(one, _offer(plan, one.step)) for one in plan.standings if _may_choose(plan, one.step)]
    context = {
        "pathway": plan.pathway,
        "plan": plan,
        "offered": offered,
        "sentence": sentence,
        "caps": caps.counts_of(plan.pathway.patient),
    }
    return render(request, "coordination/my_pathway.html", context, status=status)


def _may_choose(plan: Plan, step: PathwayStep) -> bool:
    standing = next(one for one in plan.standings if one.step.pk == step.pk)
    return (
        plan.pathway.is_active
        and standing.state in TO_BE_DONE
        and step.source.is_visit
        and step.declined_at is None
    )


def _offer(plan: Plan, step: PathwayStep) -> list[Slot]:
    standing = next(one for one in plan.standings if one.step.pk == step.pk)
    return slots_for_patient(standing, plan.pathway.patient)


@reads_health
@require_POST
def change_my_step(request: SignedInRequest, pk: int, step_pk: int, do: str) -> HttpResponse:
    """« rendez-vous » books the touched time, « refuser » tells the professional that it is not wanted."""
    pathway = get_my_pathway(request.user, pk)
    step = get_step(pathway, step_pk)
    try:
        if do == "refuser":
            decline_step(step, actor=request.user)
            messages.success(request, _("C’est noté. Le professionnel qui vous suit en parlera avec vous."))
        elif do == "rendez-vous":
            visit = book_own_step(step, _slot(request, step), actor=request.user)
            messages.success(request, _("C’est noté, le rendez-vous est pris."))
            return redirect("appointment", visit.reference)
        else:
            raise Http404
    except Refusal as refusal:
        return _show(request, pathway, sentence=str(refusal.sentence), status=409)
    return redirect("my_pathway", pk)


class SlotGone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce créneau vient d’être pris. Choisissez-en un autre."))


def _slot(request: SignedInRequest, step: PathwayStep) -> Slot:
    asked, now = slot_named(request.POST.get("slot", ""), reasons_for(step)), clock.now()
    if asked is None or asked[1] < now:
        raise SlotGone
    audiences = audiences_for(known=is_known(step.pathway.patient, asked[0].practitioner_id))
    slot = find_slot(*asked, now=now, audiences=audiences)
    if slot is None:
        raise SlotGone
    return slot


@reads_health
@require_POST
def refuse_my_pathway(request: SignedInRequest, pk: int) -> HttpResponse:
    """His right at any time: it stops at once. Visits that are booked stay his to cancel."""
    pathway = get_my_pathway(request.user, pk)
    end_pathway(pathway, PathwayEnd.REFUSED, actor=request.user)
    messages.success(
        request, _("Le parcours est arrêté. Vos rendez-vous restent : annulez-les si vous voulez.")
    )
    return redirect("my_pathways")
