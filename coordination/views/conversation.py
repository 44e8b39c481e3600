"""One conversation: read, answered, mended, followed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.sessions import UNATTENDED
from coordination import access
from coordination.access import Reader
from coordination.actions.mend_message import may_mend, mend_message, withdraw_message
from coordination.actions.say import mark_read, say, set_following
from coordination.conversation_access import (
    get_conversation,
    get_message,
    is_member,
    members_for,
    named_conversation,
)
from coordination.conversation_lines import talk_of
from coordination.forms.message import MendForm, MessageForm
from coordination.links import entries_to_link
from coordination.models import Conversation, Message
from core.refusal import Refusal
from core.web.ratelimit import limit


def _reader(request: SignedInRequest, conversation: Conversation) -> Reader | None:
    """Opening it opens the record, with its line; what the page asks for by itself leaves no other."""
    if conversation.patient_id is None:
        if not is_member(request.user):
            raise Http404
        return None
    door = access.reopen_record if UNATTENDED in request.headers else access.open_record
    reader = door(request.user, conversation.patient_id)[1]
    if reader.at_desk:
        raise Http404
    return reader


def _form(
    request: SignedInRequest, conversation: Conversation, reader: Reader | None, posted: Any = None
) -> MessageForm:
    patient = conversation.patient
    is_asked = "joindre" in request.GET or "link" in request.POST
    entries = entries_to_link(patient, reader) if patient and reader and is_asked else []
    return MessageForm(posted, members=members_for(patient), writer=request.user, entries=entries)


def _page(
    request: SignedInRequest, conversation: Conversation, reader: Reader | None, form: MessageForm
) -> HttpResponse:
    asked = request.POST.get("repondre") or request.GET.get("repondre", "")
    context = {
        "conversation": conversation,
        "talk": talk_of(conversation, request.user, reader),
        "form": form,
        "reply_to": _answered(conversation, asked),
    }
    return render(request, "coordination/conversation.html", context, status=422 if form.errors else 200)


def _answered(conversation: Conversation, key: str) -> Message | None:
    if not key.isdecimal() or len(key) > 15:
        return None
    rows = conversation.messages.filter(withdrawn_at=None, pk=int(key))
    return rows.select_related("author").first()


@require_safe
def conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    found = named_conversation(pk)
    reader = _reader(request, found)
    return _page(request, found, reader, _form(request, found, reader))


@limit("message")
@require_POST
def say_in_conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    found = named_conversation(pk)
    reader = _reader(request, found)
    form = _form(request, found, reader, request.POST)
    if form.is_valid():
        try:
            words = form.words(_answered(found, request.POST.get("repondre", "")))
            message = say(found, words, actor=request.user)
            return redirect(f"{reverse('conversation', args=[pk])}#message-{message.pk}")
        except Refusal as refusal:
            form.add_error("body", str(refusal.sentence))
    return _page(request, found, reader, form)


@require_POST
def read_conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sent when the unread lines come into sight, or by their button where there is no script."""
    found = get_conversation(request.user, pk)
    key = request.POST.get("jusque", "")
    if key.isdecimal() and len(key) < 16:
        mark_read(found, request.user, int(key))
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("conversation", pk)


@require_POST
def follow_conversation(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_conversation(request.user, pk)
    set_following(found, request.user, is_muted=request.POST.get("sourdine") == "1")
    return redirect("conversation", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_message(request.user, pk)
    if not may_mend(found, request.user):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = MendForm(posted, initial={"body": found.versions.get(is_current=True).body})
    if posted is not None and form.is_valid():
        try:
            mend_message(found, form.cleaned_data["body"], actor=request.user)
            return redirect(f"{reverse('conversation', args=[found.conversation_id])}#message-{pk}")
        except Refusal as refusal:
            form.add_error("body", str(refusal.sentence))
    context = {"form": form, "message": found}
    return render(request, "coordination/mend_message.html", context, status=200 if posted is None else 422)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_message(request.user, pk)
    if found.author_id != request.user.pk:
        raise Http404
    withdraw_message(found, actor=request.user)
    messages.success(request, _("Votre message est retiré."))
    return redirect("conversation", found.conversation_id)
