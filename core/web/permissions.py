"""What the browser may do on our pages: no camera, no microphone, no screen, but where a page says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseBase

HEADER = "Permissions-Policy"
_MEDIA = ("camera", "microphone", "display-capture")
_NEVER = "geolocation=(), payment=(), usb=(), serial=(), midi=(), browsing-topics=()"
NO_MEDIA = ", ".join(f"{name}=()" for name in _MEDIA) + ", " + _NEVER
OWN_MEDIA = ", ".join(f"{name}=(self)" for name in _MEDIA) + ", " + _NEVER


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, NO_MEDIA)
        return response


def allows_media[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For the pages of the call and of its try-out, which ask the person for camera and microphone."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers[HEADER] = OWN_MEDIA
        return response

    return wrapper
