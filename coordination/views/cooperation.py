"""The register of cooperation protocols: who may do what, until when, and what patients are asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.actions.watch import Watched
from coordination.actions import cooperate
from coordination.forms.protocol import CooperationForm, DayForm, DelegateForm, EventForm
from coordination.meeting_access import Reader, inside_reader
from coordination.models import AdverseEvent, CooperationProtocol
from coordination.protocol_access import get_cooperation_to_keep, may_keep
from core import clock
from core.refusal import Refusal
from practitioners.house import the_house


@require_safe
def cooperation(request: SignedInRequest, pk: int) -> HttpResponse:
    reader = inside_reader(request.user)
    found = get_object_or_404(CooperationProtocol, pk=pk)
    return render(request, "coordination/protocols/cooperation.html", _page(reader, found))


def _page(reader: Reader, found: CooperationProtocol, **forms: Any) -> dict[str, Any]:
    keeps = may_keep(reader, found)
    delegates = found.delegates.select_related("practitioner__profession")
    return {
        "protocol": found,
        "reader": reader,
        "keeps": keeps,
        "doctors": found.doctors.order_by("last_name", "pk"),
        "delegates": delegates.order_by("practitioner__last_name", "pk"),
        "criteria": found.criteria.all(),
        "reasons": found.reasons.select_related("practitioner").order_by("practitioner__last_name", "name"),
        "events": found.events.select_related("reported_by"),
        "checks": found.checks.count(),
        "delegate_form": DelegateForm(initial={"since": clock.today()}),
        "event_form": EventForm(),
        "today": clock.today(),
    } | forms


@require_http_methods(["GET", "HEAD", "POST"])
def add_cooperation(request: SignedInRequest) -> HttpResponse:
    reader = inside_reader(request.user)
    centre = the_house().centre
    if centre is None:
        raise Http404
    return _edit(request, reader, CooperationProtocol(centre=centre))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_cooperation(request: SignedInRequest, pk: int) -> HttpResponse:
    reader = inside_reader(request.user)
    return _edit(request, reader, get_cooperation_to_keep(reader, pk))


def _edit(request: SignedInRequest, reader: Reader, found: CooperationProtocol) -> HttpResponse:
    form = CooperationForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            watched = cooperate.save_cooperation(
                form.instance,
                actor=request.user,
                doctors=list(data["doctors"]),
                reasons=list(data["reasons"]),
                criteria=data["questions"],
            )
        except Refusal as refusal:
            form.add_error("reasons", str(refusal.sentence))
        else:
            messages.success(request, _("Le protocole de coopération est enregistré."))
            _warn(request, watched)
            return redirect("cooperation", form.instance.pk)
    context = {"form": form, "protocol": found, "reader": reader}
    status = 422 if form.errors else 200
    return render(request, "coordination/protocols/edit_cooperation.html", context, status=status)


@require_POST
def add_delegate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody new, or the same with a new training."""
    reader = inside_reader(request.user)
    found = get_cooperation_to_keep(reader, pk)
    form = DelegateForm(request.POST)
    if not form.is_valid():
        context = _page(reader, found, delegate_form=form)
        return render(request, "coordination/protocols/cooperation.html", context, status=422)
    data = dict(form.cleaned_data)
    cooperate.delegate_to(found, data.pop("practitioner"), actor=request.user, **data)
    messages.success(request, _("La délégation est notée."))
    return redirect("cooperation", pk)


@require_POST
def end_delegation(request: SignedInRequest, pk: int, delegate: int) -> HttpResponse:
    found = get_cooperation_to_keep(inside_reader(request.user), pk)
    row = get_object_or_404(found.delegates.select_related("protocol"), pk=delegate)
    watched = cooperate.end_delegation(row, actor=request.user)
    messages.success(request, _("La délégation est terminée : plus aucun créneau n’est proposé."))
    _warn(request, watched)
    return redirect("cooperation", pk)


@require_POST
def change_cooperation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Suspended, taken up again, ended."""
    found = get_cooperation_to_keep(inside_reader(request.user), pk)
    step = request.POST.get("step", "")
    try:
        if step == "suspend":
            why = request.POST.get("why", "").replace("\x00", "")
            watched = cooperate.suspend(found, actor=request.user, why=why)
        elif step == "resume":
            watched = cooperate.resume(found, actor=request.user)
        else:
            form = DayForm(request.POST)
            if not form.is_valid():
                raise Refusal(_("Choisissez le dernier jour."))
            watched = cooperate.end_cooperation(found, actor=request.user, last_day=form.cleaned_data["day"])
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("C’est noté."))
        _warn(request, watched)
    return redirect("cooperation", pk)


@require_POST
def report_event(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everybody of the house may report."""
    reader = inside_reader(request.user)
    found = get_object_or_404(CooperationProtocol, pk=pk)
    form = EventForm(request.POST, instance=AdverseEvent(protocol=found))
    if not form.is_valid():
        context = _page(reader, found, event_form=form)
        return render(request, "coordination/protocols/cooperation.html", context, status=422)
    cooperate.report_event(form.instance, actor=request.user)
    messages.success(request, _("L’événement est déclaré : les médecins délégants le lisent ici."))
    return redirect("cooperation", pk)


@require_POST
def answer_event(request: SignedInRequest, pk: int, event: int) -> HttpResponse:
    found = get_cooperation_to_keep(inside_reader(request.user), pk)
    row = get_object_or_404(found.events, pk=event)
    answer = request.POST.get("answer", "").replace("\x00", "").strip()[:3000]
    if answer:
        cooperate.answer_event(row, answer, actor=request.user)
        messages.success(request, _("La suite est notée."))
    else:
        messages.error(request, _("Écrivez ce qui a été fait."))
    return redirect("cooperation", pk)


def _warn(request: SignedInRequest, watched: Watched) -> None:
    if watched.stranded:
        messages.warning(
            request,
            _("Rendez-vous à replacer : %(number)s. Ils sont dans la liste « À replacer ».")
            % {"number": len(watched.stranded)},
        )
