"""The page of a request that broke: « try again » where the database was away or the disk full, « not understood »
where no column holds what was sent, else « our fault »."""

from __future__ import annotations

import sys
from http import HTTPStatus

import structlog
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request

from core.web import dead_connections
from core.web.body import is_full

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 10


def broken(request: HttpRequest) -> HttpResponse:
    """`handler500`. Django calls it while it handles the error."""
    error = sys.exc_info()[1]
    if is_full(error):
        log.error("disk.full", where="view")
        return _try_again(no_room=True)
    if isinstance(error, OperationalError | InterfaceError):
        return _database_away(error)
    if isinstance(error, DataError):
        # Longer or larger than any column holds: no form lets that through, whoever sends it knows what he does.
        log.error("database.held_by_no_column", error=type(error.__cause__ or error).__name__)
        page = render_to_string("400.html", {"incident": _incident()})
        return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)
    page = render_to_string("500.html", {"incident": _incident()})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`. A session that could not be written because the database was gone is no fault of the request."""
    error: BaseException | None = exception
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__ or error.__context__
    return _database_away(error) if error else bad_request(request, exception)


def _database_away(error: OperationalError | InterfaceError) -> HttpResponse:
    log.warning("database.away", error=type(error.__cause__ or error).__name__)
    dead_connections.drop()
    return _try_again(no_room=False)


def _incident() -> str:
    """What the log calls this request, so that whoever is told of it finds the lines."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _try_again(*, no_room: bool) -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html", {"no_room": no_room, "incident": _incident()}),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
    )
