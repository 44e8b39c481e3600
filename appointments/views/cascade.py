"""« À replacer » for one absence: the plan, its lines, the confirmation, and what became of each patient."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.actions.plan_cascade import change_line, given_by, plan_cascade, spoken_for
from appointments.actions.send_cascade import send_cascade as do_send
from appointments.actions.send_cascade import undo_cascade as do_undo
from appointments.availability import Slot
from appointments.cascade import options
from appointments.cascade_progress import progress_of
from appointments.forms.cascade import CascadeForm
from appointments.models import Absence, Cascade, CascadeLine
from appointments.models.cascade import Step
from appointments.waiting import rule_of
from core import clock
from core.refusal import Refusal
from practitioners.access import get_editable


def _absence(request: SignedInRequest, slug: str, pk: int) -> Absence:
    practitioner = get_editable(request.user, slug)
    return get_object_or_404(Absence.objects.select_related("practitioner"), pk=pk, practitioner=practitioner)


def _cascade_of(absence: Absence) -> Cascade | None:
    return Cascade.objects.select_related("sent_by").filter(absence=absence).first()


def _page(
    request: SignedInRequest, absence: Absence, *, form: CascadeForm | None = None, sentence: str = ""
) -> HttpResponse:
    cascade = _cascade_of(absence)
    now = clock.now()
    left = cascade.leaves_at - now if cascade is not None and cascade.leaves_at is not None else None
    if form is None:
        form = CascadeForm(steps=cascade.steps, within_days=cascade.within_days) if cascade else CascadeForm()
    context = {
        "practitioner": get_editable(request.user, absence.practitioner.slug),
        "absence": absence,
        "cascade": cascade,
        "progress": progress_of(absence, cascade, now),
        "form": form,
        "sentence": sentence,
        "can_undo": left is not None and left.total_seconds() > 0,
        "answer_hours": rule_of(absence.practitioner.centre_id).replacement_hours,
    }
    status = 409 if sentence else 422 if form.errors else 200
    return render(request, "cabinet/cascade.html", context, status=status)


@require_safe
def cascade(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _absence(request, slug, pk))


@require_POST
def propose_cascade(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A draft for everybody who needs one; nobody is told."""
    absence = _absence(request, slug, pk)
    form = CascadeForm(request.POST)
    if not form.is_valid():
        return _page(request, absence, form=form)
    plan_cascade(absence, form.steps(), form.cleaned_data["within_days"], actor=request.user)
    return redirect("cascade", slug, pk)


@require_POST
def send_cascade(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    absence = _absence(request, slug, pk)
    plan = get_object_or_404(Cascade, absence=absence)
    try:
        done = do_send(plan, actor=request.user)
    except Refusal as refusal:
        return _page(request, absence, sentence=str(refusal.sentence))
    sent = sum(number for step, number in done.items() if step != "taken")
    if sent:
        words = ngettext("%d patient est prévenu.", "%d patients sont prévenus.", sent)
        messages.success(request, words % sent + " " + _("Vous avez une minute pour annuler l’envoi."))
    if done["taken"]:
        messages.warning(
            request,
            _("Heures prises entre-temps : %d. Choisissez-en d’autres, puis envoyez de nouveau.")
            % done["taken"],
        )
    return redirect("cascade", slug, pk)


@require_POST
def undo_cascade(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    absence = _absence(request, slug, pk)
    try:
        do_undo(get_object_or_404(Cascade, absence=absence), actor=request.user)
    except Refusal as refusal:
        return _page(request, absence, sentence=str(refusal.sentence))
    messages.success(request, _("L’envoi est annulé : rien n’est parti."))
    return redirect("cascade", slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_cascade_line(request: SignedInRequest, slug: str, pk: int, reference: str) -> HttpResponse:
    """Another time, or another way, for one patient."""
    absence = _absence(request, slug, pk)
    line = (
        CascadeLine.objects.filter(cascade__absence=absence, appointment__reference=reference, sent_at=None)
        .select_related(
            "cascade", "reason", "appointment__patient", "appointment__practitioner", "appointment__reason"
        )
        .first()
    )
    if line is None:
        raise Http404
    found = _options(line, absence)
    sentence = ""
    if request.method == "POST":
        sentence = _change(request, line, found)
        if not sentence:
            return redirect("cascade", slug, pk)
    context = {
        "practitioner": get_editable(request.user, slug),
        "absence": absence,
        "line": line,
        "visit": line.appointment,
        "same": found[Step.SAME],
        "other": found[Step.OTHER],
        "sentence": sentence,
    }
    return render(request, "cabinet/cascade_line.html", context, status=409 if sentence else 200)


def _options(line: CascadeLine, absence: Absence) -> dict[Step, list[Slot]]:
    return options(
        line.appointment,
        within_days=line.cascade.within_days,
        now=clock.now(),
        rule=rule_of(absence.practitioner.centre_id),
        given=given_by(spoken_for(but=line)),
    )


def _change(request: SignedInRequest, line: CascadeLine, found: dict[Step, list[Slot]]) -> str:
    """The sentence that refuses, or nothing: changed."""
    asked = request.POST.get("slot", "")
    try:
        if asked in (Step.WAIT, Step.CALL):
            change_line(line, Step(asked), actor=request.user)
            return ""
        for step, slots in found.items():
            for slot in slots:
                if slot.value == asked:
                    change_line(line, step, actor=request.user, reason=slot.reason, start_at=_start(slot))
                    return ""
    except Refusal as refusal:
        return str(refusal.sentence)
    return _("Choisissez une des possibilités de la liste : une heure a pu être prise entre-temps.")


def _start(slot: Slot) -> datetime:
    return datetime.fromtimestamp(slot.start, tz=UTC)
