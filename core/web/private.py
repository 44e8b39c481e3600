"""A page that was drawn for somebody stays with him: no browser keeps it for the next person at the same screen."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PRIVATE = "no-store, private"


class PrivatePagesMiddleware:
    """Below the sessions: who has an account, or a session that holds a slot, or a code that was sent to him.

    What says of itself how long it may be kept is left alone (a calendar feed, a photograph of the directory).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the view: whoever signs out is still somebody on the page that says so.
        was_somebody = not request.session.is_empty()
        response = self.get_response(request)
        if was_somebody or not request.session.is_empty():
            response.headers.setdefault("Cache-Control", PRIVATE)
        # No other site takes a page or a picture of ours into its own.
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
