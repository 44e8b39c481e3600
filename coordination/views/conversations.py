"""« Échanges »: all of one's conversations, and a new one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from coordination import access
from coordination.actions.say import open_conversation
from coordination.conversation_access import (
    conversations_for,
    found_in,
    inbox_of,
    is_member,
    members_for,
)
from coordination.forms.message import NewConversationForm
from coordination.links import entries_to_link
from coordination.models import Conversation
from coordination.task_access import works_here
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.models import Patient

PER_PAGE = 25


@require_safe
def conversation_list(request: SignedInRequest) -> HttpResponse:
    """Unread first, then the latest; a word is looked for in all that one may read."""
    if not works_here(request.user):
        raise Http404
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = inbox_of(request.user)
    if words:
        rows = found_in(rows, words)
    page = Paginator(_unread_first(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "may_open": is_member(request.user)}
    return render(request, "coordination/conversation_list.html", context)


def _unread_first(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Whether, not how much; what is muted waits for nobody."""
    waits = Case(
        When(Q(unread__gt=0) & ~Q(is_muted=True), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.order_by(waits, "-last_at", "-pk")


@require_safe
def patient_conversations(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that the team says about one patient, whoever takes part in it."""
    patient, reader = access.open_record(request.user, pk)
    if reader.at_desk:
        raise Http404
    rows = conversations_for(request.user).filter(patient=patient).order_by("-last_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"patient": patient, "conversations": page.object_list, "page": page}
    return render(request, "coordination/patient_conversations.html", context)


@limit("message")
@require_http_methods(["GET", "HEAD", "POST"])
def new_conversation(request: SignedInRequest) -> HttpResponse:
    """Among the members of the house: organisation, nothing about anybody's health."""
    if not is_member(request.user):
        raise Http404
    return _new(request, None, [])


@limit("message")
@require_http_methods(["GET", "HEAD", "POST"])
def new_patient_conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, reader = access.open_record(request.user, pk)
    if reader.at_desk:
        raise Http404
    is_asked = "joindre" in request.GET or "link" in request.POST
    return _new(request, patient, entries_to_link(patient, reader) if is_asked else [])


def _new(request: SignedInRequest, patient: Patient | None, entries: list[tuple[str, str]]) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    members = members_for(patient)
    form = NewConversationForm(posted, members=members, writer=request.user, entries=entries)
    if posted is not None and form.is_valid():
        try:
            message = open_conversation(
                patient, form.cleaned_data["subject"], form.words(None), actor=request.user
            )
            return redirect(f"{reverse('conversation', args=[message.conversation_id])}#message-{message.pk}")
        except Refusal as refusal:
            form.add_error("body", str(refusal.sentence))
    context = {
        "form": form,
        "patient": patient,
        "reply_to": None,
        "team": [one for one in members if one != request.user],
    }
    status = 200 if posted is None else 422
    return render(request, "coordination/new_conversation.html", context, status=status)
