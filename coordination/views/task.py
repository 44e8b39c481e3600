"""One task: what happened to it, to whom it goes, by when, or why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, gives_care
from coordination.actions.hand_over_task import hand_over_task, reschedule_task
from coordination.actions.settle_task import cancel_task
from coordination.forms.task import CancelForm, DueForm, HandOverForm
from coordination.models import Task
from coordination.task_access import get_orphan, get_task, people_for
from core import clock
from core.refusal import Refusal


def _found(request: SignedInRequest, pk: int) -> tuple[Task, bool]:
    """The task, and whether its words may be read: the coordinator finds an owner for one that is closed to her."""
    try:
        return get_task(request.user, pk), True
    except Http404:
        return get_orphan(request.user, pk), False


def _hand_over_form(task: Task, posted: Any = None) -> HandOverForm:
    people = [
        one
        for one in people_for(task.patient)
        if gives_care(one) or not task.is_clinical or not task.patient_id
    ]
    return HandOverForm(posted, people=[one for one in people if one.pk != task.owner_id or task.orphaned_at])


def _page(request: SignedInRequest, task: Task, is_readable: bool, **forms: Any) -> HttpResponse:
    context = {
        "task": task,
        "is_readable": is_readable,
        "hand_over_form": _hand_over_form(task),
        "due_form": DueForm(initial={"due_on": max(task.due_on, clock.today())}),
        "cancel_form": CancelForm(),
        "today": clock.today(),
        "here": request.path,
        **forms,
    }
    return render(request, "coordination/task.html", context, status=422 if forms else 200)


@require_safe
def task(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, *_found(request, pk))


@require_POST
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    found, is_readable = _found(request, pk)
    form = _hand_over_form(found, request.POST)
    if form.is_valid():
        seen = request.POST.get("seen_owner", "")
        owner = form.cleaned_data["owner"]
        done = _try(
            form,
            "owner",
            lambda: hand_over_task(
                found,
                owner,
                actor=request.user,
                seen_owner=int(seen) if seen.isdecimal() and len(seen) < 15 else None,
            ),
        )
        if done:
            messages.success(request, _("La tâche est confiée à %(who)s.") % {"who": owner})
            return redirect("task", pk) if is_readable else redirect("task_list")
    return _page(request, found, is_readable, hand_over_form=form)


@require_POST
def reschedule(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_task(request.user, pk)
    form = DueForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["due_on"]
        if _try(form, "due_on", lambda: reschedule_task(found, day, actor=request.user)):
            messages.success(request, _("La date est changée."))
            return redirect("task", pk)
    return _page(request, found, True, due_form=form)


@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_task(request.user, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if _try(form, "reason", lambda: cancel_task(found, actor=request.user, reason=reason)):
            messages.success(request, _("La tâche est abandonnée. Qui l’a demandée est prévenu."))
            return redirect("task", pk)
    return _page(request, found, True, cancel_form=form)


def _try(form: Any, field: str, act: Callable[[], object]) -> bool:
    """A refusal is read beside the field."""
    try:
        act()
    except Refusal as refusal:
        form.add_error(field, str(refusal.sentence))
        return False
    return True
