"""Handing a checked file to who may have it. Who may is the caller's question, asked before."""

from __future__ import annotations

from django.http import FileResponse, Http404

from core.uploads import names, storage
from core.uploads.models import Upload

# A browser that opens it all the same runs nothing, loads nothing and shows it in no frame.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def attachment(upload: Upload, title: str) -> FileResponse:
    """To be saved, never to be shown in the page."""
    name = names.for_download(title, upload.content_type)
    return _answer(upload, storage.CLEAN, upload.content_type, name=name)


def picture(upload: Upload, part: str) -> FileResponse:
    """A picture that the house has drawn itself: the thumbnail, a page."""
    return _answer(upload, part, "image/jpeg")


def _answer(upload: Upload, part: str, content_type: str, *, name: str = "") -> FileResponse:
    if not upload.is_ready:
        raise Http404
    try:
        file = (storage.folder(upload.key) / part).open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type=content_type, as_attachment=bool(name), filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = SANDBOX
    return response
