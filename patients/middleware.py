"""A record that waits for a word of the patient: whichever of its pages was asked for, the form comes first."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.middleware import return_path, send_to
from patients.access import WordMissing

type GetResponse = Callable[[HttpRequest], HttpResponse]


class WordFirstMiddleware:
    """Afterwards he is back on the page that he asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if not isinstance(error, WordMissing):
            return None
        query = urlencode({"next": return_path(request)})
        return send_to(request, f"{reverse('note_word', args=[error.patient.pk])}?{query}")
