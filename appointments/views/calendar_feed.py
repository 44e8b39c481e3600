"""/agenda/<token>.ics: what calendar programs come for, without a sign-in."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from appointments.access import feed_by_token
from appointments.actions.note_fetch import note_fetch
from appointments.feed import calendar_of, version_of
from core.web.ratelimit import allowed


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Unknown, closed and mistyped addresses answer the same. Nothing is written out that the program has already."""
    if not allowed(request, "feed", key=token):
        return _plain(HTTPStatus.TOO_MANY_REQUESTS)
    feed = feed_by_token(token)
    if feed is None:
        return _plain(HTTPStatus.NOT_FOUND)
    version = version_of(feed)
    note_fetch(feed, version, request.headers.get("User-Agent", ""))
    assert feed.changed_at is not None
    etag, changed = f'"{version}"', int(feed.changed_at.timestamp())
    response = get_conditional_response(request, etag, changed)
    if response is None:
        # Not in the language of the program that happens to ask.
        with translation.override(settings.LANGUAGE_CODE):
            response = HttpResponse(calendar_of(feed), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="agenda.ics"'
        response["Content-Language"] = settings.LANGUAGE_CODE
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=300)
    return response


def _plain(status: HTTPStatus) -> HttpResponse:
    response = HttpResponse(f"{status.value}\n", status=status, content_type="text/plain; charset=utf-8")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "3600"
    patch_cache_control(response, private=True, no_store=True)
    return response
