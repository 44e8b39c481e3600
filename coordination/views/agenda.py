"""What a meeting will speak about, and what it said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination import meeting_access as access
from coordination import meeting_item_access as items
from coordination.actions import agenda
from coordination.actions.close_meeting import correct_sheet
from coordination.forms.meeting_item import ConsentForm, CorrectionForm, ItemForm, plan_lines, task_owners
from coordination.models import MeetingItem, MeetingKind, TeamMeeting
from core.refusal import Refusal
from patients.access import get_patient_for_practitioner
from patients.consents import standing
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner


@require_http_methods(["GET", "HEAD", "POST"])
def propose_patient(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Inscrire à la prochaine RCP », from the patient's page: who takes part in his care asks."""
    access.inside_reader(request.user)
    patient = get_patient_for_practitioner(request.user, pk)
    return _add(request, patient, agenda.next_meeting(MeetingKind.CONCERTATION))


@require_http_methods(["GET", "HEAD", "POST"])
def add_topic(request: SignedInRequest, pk: int) -> HttpResponse:
    """A matter of the house, by hand."""
    reader = access.inside_reader(request.user)
    return _add(request, None, access.get_meeting(reader, pk))


def _add(request: SignedInRequest, patient: Patient | None, meeting: TeamMeeting | None) -> HttpResponse:
    form = ItemForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            item = agenda.add_item(
                request.user,
                kind=meeting.kind if meeting else MeetingKind.CONCERTATION,
                question=data["question"],
                patient=patient,
                meeting=meeting,
                wanted=_without_opposed(patient, data["wanted"]),
                documents=data["documents"],
                minutes=data["minutes"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _added(item))
            if item.meeting_id is not None:
                return redirect("meeting", item.meeting_id)
            return redirect("meetings")
    context = {"form": form, "patient": patient, "meeting": meeting}
    status = 422 if form.errors else 200
    return render(request, "coordination/meetings/add_item.html", context, status=status)


def _added(item: MeetingItem) -> str:
    if item.meeting_id is None:
        return _("La question attend la prochaine réunion : aucune date n’est encore fixée.")
    if item.patient_id is None:
        return _("Le sujet est à l’ordre du jour.")
    return _("Le patient est à l’ordre du jour. Il est prévenu et peut s’y opposer.")


def _without_opposed(patient: Patient | None, wanted: list[Practitioner]) -> list[Practitioner]:
    """Whom the patient does not want to share with is not asked."""
    if patient is None:
        return list(wanted)
    return [one for one in wanted if not standing(patient, one).is_opposed]


@require_safe
@cache_control(private=True, no_store=True)
def meeting_item(request: SignedInRequest, pk: int) -> HttpResponse:
    """The question and every version of what was decided; leaves a line that the patient can read."""
    reader = access.reader_of(request.user)
    item, eyes = items.get_item_to_read(reader, pk)
    sheets = item.sheets.validated().select_related("validated_by").order_by("-version")
    context = {
        "item": item,
        "meeting": eyes.meeting,
        "reader": reader,
        "sheets": sheets.prefetch_related("actions__owner", "minutes"),
        "is_chair": reader.is_chair(eyes.meeting),
        "may_arrange": reader.may_arrange(eyes.meeting) or item.proposed_by_id == request.user.pk,
    }
    return render(request, "coordination/meetings/meeting_item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_item(request: SignedInRequest, pk: int) -> HttpResponse:
    item, eyes = items.get_item_to_read(access.inside_reader(request.user), pk)
    form = ItemForm(request.POST if request.method == "POST" else None, instance=item)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            agenda.edit_item(
                item,
                actor=request.user,
                question=data["question"],
                documents=data["documents"],
                minutes=data["minutes"],
                wanted=_without_opposed(item.patient, data["wanted"]),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Le point est modifié."))
            return redirect("meeting", eyes.meeting.pk)
    context = {"form": form, "patient": item.patient, "meeting": eyes.meeting, "item": item}
    status = 422 if form.errors else 200
    return render(request, "coordination/meetings/add_item.html", context, status=status)


@require_POST
def arrange_item(request: SignedInRequest, pk: int) -> HttpResponse:
    """Earlier, later, shorter, longer, off the agenda: one tap each."""
    item = items.get_item_to_arrange(access.reader_of(request.user), pk)
    step, meeting = request.POST.get("step", ""), item.meeting_id
    try:
        if step in ("up", "down"):
            agenda.shift_item(item, up=step == "up", actor=request.user)
        elif step == "withdraw":
            agenda.withdraw_item(item, actor=request.user)
            messages.success(request, _("Le point est retiré de l’ordre du jour."))
        else:
            minutes = request.POST.get("minutes", "")
            is_number = minutes.isascii() and minutes.isdigit() and len(minutes) <= 3
            if not (is_number and 1 <= int(minutes) <= 120):
                raise Refusal(_("Écrivez une durée de 1 à 120 minutes."))
            agenda.set_minutes(item, int(minutes), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("meeting", meeting) if meeting else redirect("meetings")


@require_POST
def note_item_consent(request: SignedInRequest, pk: int, practitioner: int) -> HttpResponse:
    """The patient agreed, or takes it back, that somebody from outside takes part in his item."""
    reader = access.inside_reader(request.user)
    item = items.get_item_to_arrange(reader, pk)
    outsider = get_object_or_404(Practitioner, pk=practitioner)
    form = ConsentForm(request.POST)
    try:
        if request.POST.get("step") == "withdraw":
            agenda.withdraw_item_consent(item, outsider, actor=request.user)
        elif form.is_valid():
            agenda.note_item_consent(
                item, outsider, means=Means(form.cleaned_data["means"]), actor=request.user
            )
        else:
            raise Refusal(_("Dites comment l’accord a été recueilli."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("meeting", item.meeting_id) if item.meeting_id else redirect("meetings")


@require_http_methods(["GET", "HEAD", "POST"])
def correct_item(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only the chair; the former version stays."""
    reader = access.reader_of(request.user)
    item, eyes = items.get_item_to_read(reader, pk)
    access.get_meeting_to_chair(reader, eyes.meeting.pk)
    last = get_object_or_404(item.sheets.validated().order_by("-version")[:1])
    initial = {name: getattr(last, name) for name in ("summary", "decision", "next_review", "is_shared")}
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    lines = plan_lines(request.POST) if form.is_bound else last.plan
    if form.is_bound and form.is_valid():
        try:
            correct_sheet(item, actor=request.user, plan=lines, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("La correction est validée ; la version d’avant reste lisible."))
            return redirect("meeting_item", pk)
    context = {"form": form, "item": item, "meeting": eyes.meeting, "lines": lines, "empty": range(2)}
    context["owners"] = task_owners(eyes.meeting)
    status = 422 if form.errors else 200
    return render(request, "coordination/meetings/correct_item.html", context, status=status)
