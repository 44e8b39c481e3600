"""A way back that came with the request: a page of this portal, or none."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_page(request: HttpRequest, asked: str) -> str:
    """ "" for whatever leads elsewhere, and for a word that is no path: Django would look for a view of that name."""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if is_ours and asked.startswith("/") else ""
