"""The documents of one patient, for those who care for him; what was sent to one of them and waits to be filed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, gives_care
from coordination import access, document_access
from coordination.actions.add_documents import add_documents as add
from coordination.actions.add_documents import send_documents
from coordination.actions.read_document import note_reading
from coordination.forms.document import DepositForm, DocumentForm, FilingForm, ReturnForm, WithdrawForm
from coordination.models import Document, DocumentKind, Origin
from coordination.views.document_sending import answer_upload
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit

PER_PAGE = 25


@require_safe
def documents(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, reader = document_access.open_documents(request.user, pk)
    rows = document_access.documents_for_care(patient, reader).current()
    kind = request.GET.get("nature", "")
    if kind in DocumentKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows.order_by("-added_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"patient": patient, "page": page, "kinds": DocumentKind.choices, "kind": kind}
    return render(request, "coordination/documents.html", context)


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def add_documents(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _reader = document_access.open_documents(request.user, pk)
    posted = request.method == "POST"
    initial = {"dated_on": clock.today()}
    form = DocumentForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    added: list[Document] = []
    if posted and form.is_valid():
        try:
            added = add(patient, form.cleaned_data["documents"], form.cleaned_data, actor=request.user)
        except Refusal as refusal:
            form.add_error("documents", str(refusal.sentence))
    if posted and (answer := answer_upload(request, form, added, link="document")):
        return answer
    if added:
        count = len(added)
        sentence = ngettext("%(n)s document ajouté.", "%(n)s documents ajoutés.", count) % {"n": count}
        messages.success(request, sentence)
        return redirect("documents", pk)
    context = {"patient": patient, "form": form}
    return render(request, "coordination/add_documents.html", context, status=422 if posted else 200)


@require_safe
def document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    shown, reader = document_access.open_document(request.user, pk, document_pk)
    if shown.upload.is_ready and not shown.is_withdrawn:
        note_reading(shown, actor=request.user)
    rows = document_access.documents_for_care(shown.patient, reader)
    context = {
        "patient": shown.patient,
        "document": shown,
        "newer": rows.readable().filter(replaces=shown).first(),
        "older": rows.filter(replaced_by=shown).first(),
        "may_change": document_access.may_change(shown, reader),
        "filing": FilingForm(initial=FilingForm.initial_of(shown)) if shown.is_to_file else None,
        "returning": ReturnForm(prefix="retour") if shown.is_to_file else None,
        "withdrawing": WithdrawForm(),
    }
    return render(request, "coordination/document.html", context)


@require_safe
def documents_to_file(request: SignedInRequest) -> HttpResponse:
    """« À classer »: what patients and the desk have sent to this professional."""
    if not gives_care(request.user):
        raise Http404
    page = Paginator(document_access.waiting_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "coordination/documents_to_file.html", {"page": page})


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def deposit_documents(request: SignedInRequest, pk: int) -> HttpResponse:
    """The desk hands a letter to a professional of the patient's care team, and sees what becomes of it."""
    patient, reader = access.open_record(request.user, pk)
    if not reader.at_desk:
        return redirect("add_documents", pk)
    posted = request.method == "POST"
    form = DepositForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        receivers=document_access.could_receive(patient),
        initial={"dated_on": clock.today()},
    )
    added: list[Document] = []
    if posted and form.is_valid():
        said, to = form.cleaned_data, form.cleaned_data["to"]
        try:
            added = send_documents(
                patient, said["documents"], said, to=to, origin=Origin.DESK, actor=request.user
            )
        except Refusal as refusal:
            form.add_error("documents", str(refusal.sentence))
    if posted and (answer := answer_upload(request, form, added, link="")):
        return answer
    if added:
        messages.success(request, _("C’est transmis à %(name)s.") % {"name": form.cleaned_data["to"]})
        return redirect("deposit_documents", pk)
    rows = document_access.deposited_by(request.user, patient).order_by("-added_at", "-pk")[:PER_PAGE]
    context = {"patient": patient, "form": form, "deposited": rows}
    return render(request, "coordination/deposit_documents.html", context, status=422 if posted else 200)
