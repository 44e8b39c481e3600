"""The patient's own side: what was shared with him, what he sent, and sending something new."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, reads_health
from coordination import document_access
from coordination.actions.add_documents import send_documents as send
from coordination.forms.document import SendForm
from coordination.models import Document, Origin
from coordination.views.document_sending import answer_upload
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.access import patients_of

PER_PAGE = 20


@reads_health
@require_safe
def my_documents(request: SignedInRequest) -> HttpResponse:
    rows = document_access.documents_of_space(request.user).order_by("-added_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "people": list(patients_of(request.user))}
    return render(request, "coordination/my_documents.html", context)


@reads_health
@require_safe
def my_document(request: SignedInRequest, pk: int) -> HttpResponse:
    """The pages to look at, and the file to keep."""
    document = document_access.get_document_of_space(request.user, pk)
    return render(request, "coordination/my_document.html", {"document": document})


@reads_health
@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def send_documents(request: SignedInRequest) -> HttpResponse:
    """To a professional of the care team of oneself or of a relative."""
    posted = request.method == "POST"
    people = patients_of(request.user)
    form = SendForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        people=people,
        receivers=document_access.receivers_for(people),
        initial={"to": request.GET.get("a", "")},
    )
    added: list[Document] = []
    if posted and form.is_valid():
        said = form.cleaned_data
        try:
            to = document_access.check_receiver(said["patient"], said["to"])
            added = send(
                said["patient"], said["documents"], said, to=to, origin=Origin.PATIENT, actor=request.user
            )
        except Refusal as refusal:
            form.add_error(
                "to" if isinstance(refusal, document_access.NotInTeam) else "documents", str(refusal.sentence)
            )
    if posted and (answer := answer_upload(request, form, added, link="")):
        return answer
    if added:
        messages.success(request, _("C’est envoyé à %(name)s.") % {"name": form.cleaned_data["to"]})
        return redirect("my_documents")
    context = {"form": form, "people": list(people), "receivers": form.fields["to"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "coordination/send_documents.html", context, status=422 if posted else 200)
