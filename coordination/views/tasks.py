"""« Tâches »: what I promised, what I gave, what a patient needs, and what has no owner any more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_coordinator
from coordination.actions.add_task import add_task
from coordination.actions.hand_over_task import CannotOwn, check_owner
from coordination.actions.settle_task import finish_task, reopen_task
from coordination.actions.tell_of_task import mark_seen
from coordination.forms.task import TaskForm
from coordination.models import Task, TaskNotice, TaskState
from coordination.models.task import TaskQuerySet
from coordination.task_access import get_task, orphans_for, tasks_for, works_here
from core import clock
from core.refusal import Refusal
from core.web.way_back import own_page
from patients.access import get_patient_for_staff, visible_patients
from patients.models import Patient

TASKS_PER_PAGE = 30
MOST_NEWS = 20
MINE, GIVEN, OF_PATIENT, ORPHANS = "miennes", "donnees", "patient", "sans-responsable"


@require_safe
def task_list(request: SignedInRequest) -> HttpResponse:
    if not works_here(request.user):
        raise Http404
    asked, patient = _asked(request)
    rows = _rows(request, asked, patient)
    page = Paginator(rows, TASKS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "patient": patient,
        "tabs": _tabs(request, asked, patient),
        "news": _news(request) if asked == MINE else [],
        "settled": request.GET.get("etat") == "reglees",
        "late": request.GET.get("quand") == "retard",
        "words": request.GET.get("q", "").strip()[:80],
        "here": request.get_full_path(),
        "today": clock.today(),
    }
    return render(request, "coordination/task_list.html", context)


def _asked(request: SignedInRequest) -> tuple[str, Patient | None]:
    asked = request.GET.get("vue", MINE)
    if asked == OF_PATIENT:
        key = request.GET.get("patient", "")
        found = (
            visible_patients(request.user).filter(pk=key).first()
            if key.isdecimal() and len(key) < 15
            else None
        )
        if found is None:
            raise Http404
        return asked, found
    if asked == ORPHANS and not is_coordinator(request.user):
        raise Http404
    return (asked if asked in (MINE, GIVEN, ORPHANS) else MINE), None


def _rows(request: SignedInRequest, asked: str, patient: Patient | None) -> TaskQuerySet:
    user = request.user
    if asked == ORPHANS:
        return orphans_for(user).with_people().order_by("due_on", "pk")
    rows = tasks_for(user, listed=True).with_people()
    if asked == MINE:
        rows = rows.filter(owner=user)
    elif asked == GIVEN:
        rows = rows.filter(created_by=user).exclude(owner=user)
    else:
        rows = rows.filter(patient=patient)
    if words := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
        rows = rows.filter(title__icontains=words)
    if request.GET.get("etat") == "reglees":
        return rows.exclude(state=TaskState.REQUESTED).order_by(F("settled_at").desc(), "-pk")
    rows = rows.overdue() if request.GET.get("quand") == "retard" else rows.open()
    return rows.order_by("due_on", "pk")


def _tabs(request: SignedInRequest, asked: str, patient: Patient | None) -> list[dict[str, Any]]:
    named = [(MINE, _("Les miennes")), (GIVEN, _("Celles que j’ai données"))]
    if is_coordinator(request.user):
        named.append((ORPHANS, _("Sans responsable")))
    tabs: list[dict[str, Any]] = [
        {"label": label, "href": f"?vue={name}", "current": asked == name} for name, label in named
    ]
    if patient is not None:
        tabs.append(
            {"label": str(patient), "href": f"?vue={OF_PATIENT}&patient={patient.pk}", "current": True}
        )
    return tabs


def _news(request: SignedInRequest) -> list[tuple[TaskNotice, bool]]:
    """Each with whether its words may be read: one hears that a task was closed to him, not what it says."""
    rows = list(
        TaskNotice.objects.filter(user=request.user, seen_at=None)
        .select_related("task__patient", "by")
        .order_by("-at", "-pk")[:MOST_NEWS]
    )
    keys = {row.task_id for row in rows}
    readable = (
        set(tasks_for(request.user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    )
    return [(row, row.task_id in readable) for row in rows]


@require_POST
def see_task_news(request: SignedInRequest) -> HttpResponse:
    keys = [int(key) for key in request.POST.getlist("notice") if key.isdecimal() and len(key) < 15]
    mark_seen(request.user, keys)
    return redirect(back(request))


@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: SignedInRequest) -> HttpResponse:
    """For the house, or for `?patient=`: the door of the record is asked."""
    if not works_here(request.user):
        raise Http404
    key = request.GET.get("patient", "")
    patient = get_patient_for_staff(request.user, int(key)) if key.isdecimal() and len(key) < 15 else None
    posted = request.POST if request.method == "POST" else None
    form = TaskForm(posted, patient=patient, initial={"owner": request.user.pk, "due_on": clock.today()})
    task = _add(request, form, patient) if posted is not None and form.is_valid() else None
    if task is not None:
        messages.success(request, _("La tâche est confiée à %(who)s.") % {"who": task.owner})
        where = f"?vue={OF_PATIENT}&patient={patient.pk}" if patient else ""
        return redirect(reverse("task_list") + where)
    context = {"form": form, "patient": patient}
    return render(request, "coordination/new_task.html", context, status=200 if posted is None else 422)


def _add(request: SignedInRequest, form: TaskForm, patient: Patient | None) -> Task | None:
    data = form.cleaned_data
    is_clinical = patient is not None and not data.get("is_administrative")
    try:
        check_owner(data["owner"], patient, is_clinical=is_clinical)
        if is_clinical:
            check_owner(request.user, patient, is_clinical=True)
    except CannotOwn as refusal:
        form.add_error("owner", str(refusal.sentence))
        return None
    return add_task(
        request.user,
        data["title"],
        owner=data["owner"],
        due_on=data["due_on"],
        patient=patient,
        is_clinical=is_clinical,
    )


@require_POST
def finish(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Fait » in one tap: the line anew, with the way back in it; without script, the page anew."""
    return _one_tap(request, get_task(request.user, pk), done=True)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    return _one_tap(request, get_task(request.user, pk), done=False)


def _one_tap(request: SignedInRequest, task: Task, *, done: bool) -> HttpResponse:
    sentence = ""
    try:
        task = (finish_task if done else reopen_task)(task, actor=request.user)
    except Refusal as refusal:
        sentence = str(refusal.sentence)
        task = get_task(request.user, task.pk)
    if request.headers.get("HX-Request"):
        context = {
            "task": task,
            "sentence": sentence,
            "tapped": True,
            "here": request.POST.get("retour", ""),
            "today": clock.today(),
        }
        return render(request, "coordination/task_line.html", context, status=409 if sentence else 200)
    if sentence:
        messages.error(request, sentence)
    elif done:
        messages.success(request, _("C’est noté : « %(title)s » est fait.") % {"title": task.title})
    return redirect(back(request))


def back(request: SignedInRequest) -> str:
    """Where the tap came from; nowhere else than this house."""
    return own_page(request, request.POST.get("retour", "")) or reverse("task_list")
