"""Handing a checked file to who may have it. Who may is the caller's question, asked before."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from core.uploads import names, storage
from core.uploads.models import Upload

# A browser that opens it all the same runs nothing, loads nothing and shows it in no frame.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def attachment(upload: Upload, title: str) -> HttpResponse:
    """To be saved, never to be shown in the page."""
    name = names.for_download(title, upload.content_type)
    return _answer(upload, storage.CLEAN, upload.content_type, name=name)


def picture(upload: Upload, part: str) -> HttpResponse:
    """A picture that the house has drawn itself: the thumbnail, a page."""
    return _answer(upload, part, "image/jpeg")


def _answer(upload: Upload, part: str, content_type: str, *, name: str = "") -> HttpResponse:
    if not upload.is_ready:
        raise Http404
    try:
        # At most 20 MB, whole: a served socket cannot read a file bit by bit without holding it all anyway.
        content = (storage.folder(upload.key) / part).read_bytes()
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) if name else "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = SANDBOX
    return response
