"""The page of a request that broke: « try again » where the database was away or the disk full, else « our fault »."""

from __future__ import annotations

import sys
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

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
        log.warning("database.away", error=type(error.__cause__ or error).__name__)
        _drop_dead_connections()
        return _try_again(no_room=False)
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _try_again(*, no_room: bool) -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html", {"no_room": no_room}),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
    )


def _drop_dead_connections() -> None:
    """A pool hands out its dead ones one by one, each visitor waiting longer; looked through at once, all go."""
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.check()
