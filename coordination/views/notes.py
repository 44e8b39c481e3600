"""Notes of one patient: read, written, corrected, withdrawn; and the worklist of what is to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, gives_care
from coordination import note_access
from coordination.access import Reader
from coordination.actions import revise_note as revising
from coordination.actions.read_note import mark_read
from coordination.actions.write_note import write_note as write
from coordination.forms.note import NoteForm, ReviseNoteForm, WithdrawNoteForm
from coordination.measures import number
from coordination.models import Measure, Note, NoteKind, NoteVersion
from coordination.note_cards import cards, history
from coordination.note_entry import note_options, words_options
from coordination.note_inbox import notes_to_read
from core import clock
from core.refusal import Refusal
from patients.models import Patient

PER_PAGE = 20


@require_safe
def patient_notes(request: SignedInRequest, pk: int) -> HttpResponse:
    """All notes of one person, the latest first, and the form to add one."""
    patient, who, reader = note_access.open_for_care(request.user, pk)
    kind = request.GET.get("nature", "")
    rows = note_access.readable_notes(patient, reader).with_author().order_by("-written_at", "-pk")
    if kind in NoteKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "patient": patient,
        "page": page,
        "cards": cards(page.object_list, who),
        "kinds": [("", _("Toutes")), *NoteKind.choices],
        "kind": kind,
        "form": NoteForm(**note_options(patient, reader)),
    }
    return render(request, "coordination/patient_notes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_note(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, who, reader = note_access.open_for_care(request.user, pk)
    answered = _answered(request, patient, reader)
    posted = request.POST if request.method == "POST" else None
    initial = {"named": [answered.author_id]} if answered else {}
    form = NoteForm(posted, initial=initial, **note_options(patient, reader))
    status = 422 if posted is not None else 200
    if posted is not None and form.is_valid():
        kind = NoteKind(form.cleaned_data["kind"])
        try:
            written = write(
                *(patient, who, form.words),
                actor=request.user,
                kind=kind,
                address=form.address,
                in_reply_to=answered,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
            status = 409
        else:
            messages.success(request, _("La note est enregistrée."))
            return redirect(_after(request, written))
    quoted = cards([answered], None)[0] if answered else None
    context = {"patient": patient, "form": form, "quoted": quoted}
    return render(request, "coordination/write_note.html", context, status=status)


def _after(request: SignedInRequest, written: Note) -> str:
    """Back to where it was begun: the record with its panels, or the list of notes."""
    if request.POST.get("back") == "record":
        return reverse("patient_record", args=[written.patient_id])
    return f"{reverse('patient_notes', args=[written.patient_id])}#note-{written.pk}"


def _answered(request: SignedInRequest, patient: Patient, reader: Reader) -> Note | None:
    """« Répondre »: a note of the same patient that this professional may read; nothing else counts."""
    key = request.GET.get("reponse", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    found = note_access.readable_notes(patient, reader).standing().with_author().filter(pk=int(key)).first()
    if found is None:
        raise Http404
    return found


@require_safe
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """One note whole: its versions, who has read which, what was answered."""
    found, who, reader = note_access.get_note(request.user, pk)
    related = note_access.readable_notes(found.patient, reader).with_author()
    origin = related.filter(pk=found.in_reply_to_id).first() if found.in_reply_to_id else None
    context = {
        "patient": found.patient,
        "card": cards([found], who)[0],
        "history": history(found, who),
        "origin": cards([origin], who)[0] if origin else None,
        "replies": cards(related.filter(in_reply_to=found).order_by("written_at", "pk"), who),
    }
    return render(request, "coordination/note.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_note(request: SignedInRequest, pk: int) -> HttpResponse:
    found, reader = note_access.get_own_note(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    options = words_options(found.patient, reader)
    form = ReviseNoteForm(posted, initial=None if posted else _as_written(found), **options)
    status = 422 if posted else 200
    if posted is not None and form.is_valid():
        try:
            revising.revise_note(
                found,
                form.words,
                actor=request.user,
                because=form.cleaned_data["because"],
                seen_number=form.cleaned_data["seen_number"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
            status = 409
        else:
            messages.success(request, _("La note est corrigée. La version d’avant reste lisible."))
            return redirect("note", pk)
    context = {"patient": found.patient, "note": found, "form": form}
    return render(request, "coordination/revise_note.html", context, status=status)


def _as_written(found: Note) -> dict[str, Any]:
    version = NoteVersion.objects.current().get(note=found)
    measures = Measure.objects.filter(version=version).select_related("component")
    typed = {f"m-{one.component.code}": number(one.value, one.component.decimals) for one in measures}
    at = clock.local(version.observed_at)
    return {
        "text": version.text,
        "observed_on": at.date(),
        "observed_hour": at.time(),
        "seen_number": version.number,
        **typed,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_note(request: SignedInRequest, pk: int) -> HttpResponse:
    found, _reader = note_access.get_own_note(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = WithdrawNoteForm(posted)
    if posted is not None and form.is_valid():
        try:
            revising.withdraw_note(found, actor=request.user, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            messages.warning(request, str(refusal.sentence))
        else:
            messages.success(request, _("La note est retirée."))
        return redirect("note", pk)
    context = {"patient": found.patient, "card": cards([found], found.author)[0], "form": form}
    return render(request, "coordination/withdraw_note.html", context, status=422 if posted else 200)


@require_POST
def mark_note_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the button, or from the screen itself once the words have been on it for a moment (htmx)."""
    found, who = note_access.get_shown_note(request.user, pk)
    mark_read(found, who, actor=request.user)
    if request.headers.get("HX-Request"):
        context = {"card": cards([found], who)[0]}
        return render(request, "coordination/note_receipts.html", context)
    return redirect("note", pk)


@require_safe
def note_inbox(request: SignedInRequest) -> HttpResponse:
    """« Notes à lire »: addressed to me by name, or to the team that I am part of, and not read yet."""
    if not gives_care(request.user):
        raise Http404
    rows = notes_to_read(request.user).with_author()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "coordination/note_inbox.html", {"page": page, "notes": page.object_list})
