"""The screen of the meeting itself: who is there, point after point, everything kept as it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination import meeting_access as access
from coordination import meeting_item_access as items
from coordination.actions import run_meeting as running
from coordination.actions.close_meeting import close_meeting as do_close
from coordination.forms.meeting import InviteForm
from coordination.forms.meeting_item import LINES, NotesForm, SheetForm, plan_lines, task_owners
from coordination.meeting_access import Eyes, Reader
from coordination.meeting_followup import follow_up
from coordination.models import DecisionSheet, MeetingItem, Presence
from core import clock
from core.refusal import Refusal


@require_POST
def open_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_meeting_to_run(access.reader_of(request.user), pk)
    try:
        running.open_meeting(found, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("meeting", pk)
    return redirect("run_meeting", pk)


@require_safe
@cache_control(private=True, no_store=True)
def run_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """`?point=` is the item on the table; the first that was not discussed where nothing is said."""
    reader = access.reader_of(request.user)
    eyes = access.eyes_to_run(reader, pk)
    if not eyes.meeting.is_open:
        return redirect("meeting", pk)
    return render(request, "coordination/meetings/run_meeting.html", _screen(request, reader, eyes))


def _screen(request: SignedInRequest, reader: Reader, eyes: Eyes) -> dict[str, Any]:
    found = eyes.meeting
    agenda = eyes.agenda()
    here = _on_the_table(request.GET.get("point", ""), agenda)
    item = here.item if here else None
    sheet = DecisionSheet.objects.drafts().filter(item=item).first() if item else None
    if here is not None and here.may_read and item is not None:
        items.note_opening(reader, item, found)
        eyes.note_overridden([item])
    keys = [line.item.pk for line in agenda]
    number = keys.index(item.pk) if item else 0
    return {
        "meeting": found,
        "reader": reader,
        "members": eyes.members,
        "presences": Presence.choices,
        "agenda": agenda,
        "here": here,
        "number": number + 1,
        "following": keys[number + 1] if item and number + 1 < len(keys) else None,
        "sheet": sheet,
        "form": _sheet_form(sheet) if here and here.may_read and item and not item.is_blocked else None,
        "lines": _padded(sheet.plan if sheet else []),
        "owners": task_owners(found),
        "notes_form": NotesForm(initial={"notes": found.notes, "notes_revision": found.notes_revision}),
        "follow_up": follow_up(reader, found, eyes.cared_for),
        "invite_form": InviteForm(found) if reader.may_arrange(found) else None,
        "is_chair": reader.is_chair(found),
        "today": clock.today(),
    }


def _on_the_table(asked: str, agenda: list[access.SeenItem]) -> access.SeenItem | None:
    if asked == "general":
        return None
    chosen = next((line for line in agenda if str(line.item.pk) == asked), None)
    waiting = (line for line in agenda if line.item.state == "waiting" and line.may_read)
    return chosen or next(waiting, agenda[0] if agenda else None)


def _sheet_form(sheet: DecisionSheet | None) -> SheetForm:
    if sheet is None:
        return SheetForm(initial={"revision": 0})
    names = ("summary", "decision", "next_review", "is_shared", "revision")
    return SheetForm(initial={name: getattr(sheet, name) for name in names})


def _padded(plan: list[dict[str, str]]) -> list[dict[str, str]]:
    empty = {"title": "", "owner": "", "due_on": ""}
    return [*plan, *({**empty} for _number in range(max(2, 4 - len(plan))))][:LINES]


@require_POST
def save_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sent by the page as one types; without script by the button."""
    item, eyes = items.get_item_to_run(access.reader_of(request.user), pk)
    form = SheetForm(request.POST)
    form.is_valid()  # a date that is half typed is no reason to lose the rest
    data = {"summary": "", "decision": "", "next_review": None, **form.cleaned_data}
    revision, shared = data.pop("revision", None) or 0, bool(request.POST.get("is_shared"))
    data = {name: data[name] for name in ("summary", "decision", "next_review")}
    try:
        sheet = running.save_draft(
            item,
            actor=request.user,
            revision=revision,
            is_shared=shared,
            plan=plan_lines(request.POST),
            **data,
        )
    except Refusal as refusal:
        return _said(request, item.meeting_id, item, sentence=str(refusal.sentence))
    return _said(request, eyes.meeting.pk, item, revision=sheet.revision, errors=form.errors)


@require_POST
def save_notes(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_meeting_to_run(access.reader_of(request.user), pk)
    form = NotesForm(request.POST)
    if not form.is_valid():
        return _said(request, pk, None, sentence=_("Ce texte est trop long : il n’est pas enregistré."))
    try:
        found = running.save_notes(
            found,
            form.cleaned_data["notes"],
            form.cleaned_data["notes_revision"] or 0,
            actor=request.user,
        )
    except Refusal as refusal:
        return _said(request, pk, None, sentence=str(refusal.sentence))
    return _said(request, pk, None, revision=found.notes_revision)


def _said(
    request: SignedInRequest,
    meeting: int | None,
    item: MeetingItem | None,
    *,
    sentence: str = "",
    revision: int | None = None,
    errors: Any = None,
) -> HttpResponse:
    """« Enregistré à 12 h 47 », or why not; the whole page anew where no script asked."""
    if meeting is None:
        raise Http404
    if request.headers.get("HX-Request"):
        context = {"sentence": sentence, "revision": revision, "at": clock.now(), "item": item}
        context["errors"] = errors
        status = 409 if sentence else 200
        return render(request, "coordination/meetings/saved.html", context, status=status)
    if sentence:
        messages.error(request, sentence)
    else:
        messages.success(request, _("C’est enregistré."))
    response = redirect("run_meeting", meeting)
    response["Location"] += f"?point={item.pk if item else 'general'}"
    return response


@require_POST
def mark_presence(request: SignedInRequest, pk: int, member: int) -> HttpResponse:
    """One tap; the mark that stands already is taken back."""
    reader = access.reader_of(request.user)
    found = access.get_meeting_to_run(reader, pk)
    seat = get_object_or_404(found.members.select_related("practitioner"), pk=member)
    mark, sentence = request.POST.get("presence", ""), ""
    try:
        running.mark_presence(seat, Presence(mark) if mark in Presence else None, actor=request.user)
    except Refusal as refusal:
        sentence = str(refusal.sentence)
    if request.headers.get("HX-Request"):
        members = Eyes(reader, found).members
        context = {"meeting": found, "members": members, "presences": Presence.choices, "sentence": sentence}
        status = 409 if sentence else 200
        return render(request, "coordination/meetings/attendance.html", context, status=status)
    if sentence:
        messages.error(request, sentence)
    return redirect("run_meeting", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def close_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chair reads what will be frozen, then validates."""
    reader = access.reader_of(request.user)
    found = access.get_meeting_to_chair(reader, pk)
    sentence = ""
    if request.method == "POST":
        try:
            do_close(found, actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(request, _("Le compte rendu est validé et figé ; les tâches sont distribuées."))
            return redirect("meeting", pk)
    if not found.is_open:
        return redirect("meeting", pk)
    eyes = Eyes(reader, found)
    drafts = DecisionSheet.objects.drafts().filter(item__meeting=found).select_related("item__patient")
    context = {
        "meeting": found,
        "members": eyes.members,
        "drafts": drafts.order_by("item__position", "item"),
        "left": [line for line in eyes.agenda() if line.item.state != "discussed"],
        "sentence": sentence,
    }
    status = 409 if sentence else 200
    return render(request, "coordination/meetings/close_meeting.html", context, status=status)
