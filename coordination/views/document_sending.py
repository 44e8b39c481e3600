"""Files that a script sends one by one answer with their own line instead of a page."""

from __future__ import annotations

from collections.abc import Sequence

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from coordination.models import Document


def answer_upload(
    request: HttpRequest, form: Form, added: Sequence[Document], *, link: str
) -> HttpResponse | None:
    """None where no script asks. `link`: the address of the page of one document, "" where the sender has none."""
    if request.headers.get("X-Requested-With") != "upload":
        return None
    sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
    context = {"documents": added, "sentences": sentences, "link": link, "mine": link != "document"}
    return render(request, "coordination/sent_documents.html", context, status=200 if added else 422)
