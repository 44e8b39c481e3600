"""The file itself, its pages as pictures, and where its check stands. Each asks the record's door first."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, reads_health
from coordination import document_access
from coordination.actions.read_document import note_download, note_reading
from coordination.models import Document
from core.uploads import serve, storage


@require_safe
def document_file(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponseBase:
    document, _reader = document_access.open_document(request.user, pk, document_pk)
    answer = _file(document)
    note_download(document, actor=request.user)
    return answer


@require_safe
def document_page(request: SignedInRequest, pk: int, document_pk: int, number: int) -> HttpResponseBase:
    """A page as a picture; 0 is the small one of the lists."""
    document, _reader = document_access.reopen_document(request.user, pk, document_pk)
    answer = _page(document, number)
    if number:
        note_reading(document, actor=request.user)
    return answer


@require_safe
def document_state(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    """Asked again each second while the file is being checked."""
    document, _reader = document_access.reopen_document(request.user, pk, document_pk)
    return render(request, "coordination/document_line.html", {"document": document, "link": "document"})


@reads_health
@require_safe
def my_document_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    return _file(document_access.get_document_of_space(request.user, pk))


@reads_health
@require_safe
def my_document_page(request: SignedInRequest, pk: int, number: int) -> HttpResponseBase:
    return _page(document_access.get_document_of_space(request.user, pk), number)


@reads_health
@require_safe
def sent_document_state(request: SignedInRequest, pk: int) -> HttpResponse:
    """For who sent it himself, from his space or over the desk: where the check stands, no content."""
    document = Document.objects.with_file().filter(pk=pk, added_by=request.user).first()
    if document is None:
        raise Http404
    return render(request, "coordination/document_line.html", {"document": document, "mine": True})


def _file(document: Document) -> HttpResponseBase:
    if document.is_withdrawn:
        raise Http404
    return serve.attachment(document.upload, document.title)


def _page(document: Document, number: int) -> HttpResponseBase:
    if document.is_withdrawn or number > document.upload.previews:
        raise Http404
    return serve.picture(document.upload, storage.page(number) if number else storage.THUMB)
