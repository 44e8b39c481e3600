"""An address that names what nothing can be called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


class NulMiddleware:
    """A NUL in a word of the address: no text of the database holds one, so there is no such thing.

    Asked of the database it would be an error of ours (`core.web.away`), not an answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(word, str) and "\0" in word for word in kwargs.values()):
            raise Http404
