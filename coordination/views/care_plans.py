"""The care plan of one patient, for those who care for him."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination import care_plans, note_access
from coordination.access import Reader
from coordination.actions import write_care_plan as writing
from coordination.actions.write_care_plan import Content
from coordination.care_plan_sheet import care_plan_sheet
from coordination.forms.care_plan import (
    ActivityFormSet,
    AgreementForm,
    CarePlanForm,
    ClosePlanForm,
    GoalFormSet,
)
from coordination.models import CarePlan, CarePlanVersion, MeasureComponent
from core import clock
from core.refusal import Refusal
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession


@require_safe
def care_plan(request: SignedInRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The plan of now, or one of its versions; earlier plans below."""
    patient, who, reader = note_access.open_for_care(request.user, pk)
    plans = list(care_plans.readable_plans(patient, reader))
    current = plans[0] if plans else None
    if current is None and number is not None:
        raise Http404
    context: dict[str, Any] = {"patient": patient, "may_write": note_access.reads_for_the_team(who)}
    if current is not None:
        version = care_plans.get_version(current, number)
        versions = CarePlanVersion.objects.filter(plan__in=plans).select_related("author", "plan")
        context |= {
            "shown": care_plans.shown(version, care_plans.hidden_notes(patient, reader)),
            "versions": versions.order_by("-plan__opened_at", "-number"),
            "agreement": AgreementForm(initial={"agreed_on": clock.today()}),
            "closing": ClosePlanForm(),
        }
    return render(request, "coordination/care_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_care_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, who, reader = _writer(request, pk)
    plan = care_plans.readable_plans(patient, reader).filter(closed_at=None).first()
    posted = request.POST if request.method == "POST" else None
    form, goals, activities = _forms(posted, patient, who, plan)
    status = 422 if posted is not None else 200
    if posted is not None and all([form.is_valid(), goals.is_valid(), activities.is_valid()]):
        content = _content(form, goals, activities)
        seen = form.cleaned_data["seen_number"]
        try:
            writing.write_care_plan(patient, who, content, actor=request.user, seen_number=seen)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
            status = 409
        else:
            messages.success(request, _("Le plan de soins est enregistré."))
            return redirect("care_plan", pk)
    context = {"patient": patient, "plan": plan, "form": form, "goals": goals, "activities": activities}
    return render(request, "coordination/edit_care_plan.html", context, status=status)


def _writer(request: SignedInRequest, pk: int) -> tuple[Patient, Practitioner, Reader]:
    """Health professionals of the team write the plan."""
    patient, who, reader = note_access.open_for_care(request.user, pk)
    if not note_access.reads_for_the_team(who):
        raise Http404
    return patient, who, reader


def _forms(
    posted: Any, patient: Patient, who: Practitioner, plan: CarePlan | None
) -> tuple[CarePlanForm, Any, Any]:
    team = [who, *(one.practitioner for one in note_access.colleagues_of(patient, who))]
    components = MeasureComponent.objects.select_related("kind").order_by("kind__position", "position")
    professions = list(Profession.objects.all())
    initial, goals, activities = _as_written(plan, who)
    return (
        CarePlanForm(posted, initial=initial, team=team, is_new=plan is None),
        GoalFormSet(posted, initial=goals, prefix="goals", form_kwargs={"components": components}),
        ActivityFormSet(
            posted,
            initial=activities,
            prefix="activities",
            form_kwargs={"team": team, "professions": professions},
        ),
    )


def _as_written(
    plan: CarePlan | None, who: Practitioner
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    if plan is None:
        return {"seen_number": 0, "reviewer": who.pk}, [], []
    version = care_plans.get_version(plan)
    initial = {
        "aim": version.aim,
        "problems": "\n".join(one.text for one in version.problems.all()),
        "review_on": version.review_on,
        "reviewer": version.reviewer_id,
        "seen_number": version.number,
    }
    names = ("text", "component", "side", "target", "due_on", "state")
    goals = [{name: getattr(goal, name) for name in names} for goal in version.goals.all()]
    activities = [
        {"text": one.text, "relative": one.relative, "until": one.until, "state": one.state, "who": _key(one)}
        for one in version.activities.all()
    ]
    return initial, goals, activities


def _key(activity: Any) -> str:
    if activity.practitioner_id:
        return f"p{activity.practitioner_id}"
    return f"m{activity.profession_id}" if activity.profession_id else str(activity.actor)


def _content(form: CarePlanForm, goals: Any, activities: Any) -> Content:
    data = form.cleaned_data
    return Content(
        aim=data["aim"],
        problems=data["problems"],
        goals=[goal for row in goals if (goal := row.goal)],
        activities=[activity for row in activities if (activity := row.activity)],
        review_on=data["review_on"],
        reviewer=form.team[data["reviewer"]],
        because=data.get("because", ""),
    )


@require_POST
def agree_care_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _who, reader = _writer(request, pk)
    version = _open_version(patient, reader)
    form = AgreementForm(request.POST)
    if not form.is_valid():
        sentences = [error for errors in form.errors.values() for error in errors]
        messages.error(request, " ".join(str(one) for one in sentences))
        return redirect("care_plan", pk)
    data = form.cleaned_data
    try:
        writing.agree_care_plan(
            version,
            actor=request.user,
            agreed_on=data["agreed_on"],
            means=Means(data["means"]),
            agreed_with=data["agreed_with"],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("L’accord du patient est noté."))
    return redirect("care_plan", pk)


@require_POST
def close_care_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _who, reader = _writer(request, pk)
    version = _open_version(patient, reader)
    form = ClosePlanForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Dites pourquoi le plan est clos."))
    else:
        writing.close_care_plan(version.plan, actor=request.user, because=form.cleaned_data["because"])
        messages.success(request, _("Le plan de soins est clos."))
    return redirect("care_plan", pk)


def _open_version(patient: Patient, reader: Reader) -> CarePlanVersion:
    plan = care_plans.readable_plans(patient, reader).filter(closed_at=None).first()
    if plan is None:
        raise Http404
    return care_plans.get_version(plan)


@require_safe
def care_plan_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _who, reader = note_access.open_for_care(request.user, pk)
    hidden = care_plans.hidden_notes(patient, reader)
    return sheet_response(care_plans.shown(_open_version(patient, reader), hidden))


def sheet_response(shown: care_plans.ShownPlan) -> HttpResponse:
    answer = HttpResponse(care_plan_sheet(shown), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="plan-de-soins.pdf"'
    return answer
