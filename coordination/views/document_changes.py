"""What is decided about one document: each button posts here and comes back to its page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, reads_health
from coordination import document_access
from coordination.actions import change_document, file_document
from coordination.forms.document import FilingForm, ReplaceForm, ReturnForm, WithdrawForm
from coordination.models import Document
from core.refusal import Refusal
from core.web.ratelimit import limit


def _changeable(request: SignedInRequest, pk: int, document_pk: int) -> Document:
    document, reader = document_access.open_document(request.user, pk, document_pk)
    if not document_access.may_change(document, reader):
        raise Http404
    return document


def _do(request: SignedInRequest, document: Document, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, done)
    return redirect("document", document.patient_id, document.pk)


def _wrong(request: SignedInRequest, document: Document, form: Form) -> HttpResponse:
    """One short form of the page came back with an error: it alone, with what was typed."""
    context = {"patient": document.patient, "document": document, "form": form}
    return render(request, "coordination/change_document.html", context, status=422)


@require_POST
def share_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    document = _changeable(request, pk, document_pk)
    wanted = request.POST.get("shared") == "yes"
    done = _("Le patient peut le lire.") if wanted else _("Le patient ne le voit plus dans son espace.")
    return _do(
        request,
        document,
        lambda: change_document.share_document(document, is_shared=wanted, actor=request.user),
        done,
    )


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def replace_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    document = _changeable(request, pk, document_pk)
    posted = request.method == "POST"
    form = ReplaceForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            file, note = form.cleaned_data["documents"][0], form.cleaned_data["note"]
            new = change_document.replace_document(document, file, note=note, actor=request.user)
        except Refusal as refusal:
            form.add_error("documents", str(refusal.sentence))
        else:
            messages.success(request, _("La nouvelle version est reçue. L’ancienne reste lisible."))
            return redirect("document", pk, new.pk)
    context = {"patient": document.patient, "document": document, "form": form}
    return render(request, "coordination/change_document.html", context, status=422 if posted else 200)


@require_POST
def withdraw_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    document = _changeable(request, pk, document_pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _wrong(request, document, form)
    reason = form.cleaned_data["reason"]
    return _do(
        request,
        document,
        lambda: change_document.withdraw_document(document, reason, actor=request.user),
        _("Le document est retiré. La raison reste dans le dossier."),
    )


@require_POST
def file_sent_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    """« Classer »: into the record."""
    document, _reader = document_access.open_document(request.user, pk, document_pk)
    form = FilingForm(request.POST)
    if not form.is_valid():
        return _wrong(request, document, form)
    return _do(
        request,
        document,
        lambda: file_document.file_document(document, form.cleaned_data, actor=request.user),
        _("Le document est classé dans le dossier."),
    )


@require_POST
def return_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    """Back to its sender, with a sentence; it leaves the record."""
    document, _reader = document_access.open_document(request.user, pk, document_pk)
    form = ReturnForm(request.POST, prefix="retour")
    if not form.is_valid():
        return _wrong(request, document, form)
    try:
        file_document.return_document(document, form.cleaned_data["answer"], actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("L’expéditeur lira votre réponse dans son espace."))
    return redirect("documents_to_file")


@reads_health
@require_POST
def drop_document(request: SignedInRequest, pk: int) -> HttpResponse:
    """A refused file is thrown away by who sent it, wherever he sent it from."""
    document = Document.objects.filter(pk=pk, added_by=request.user).first()
    if document is None:
        raise Http404
    patient, origin = document.patient_id, document.origin
    try:
        change_document.drop_refused(document, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Le fichier refusé est supprimé."))
    if origin == "patient":
        return redirect("my_documents")
    return redirect("documents" if origin == "care" else "deposit_documents", patient)
