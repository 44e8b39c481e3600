"""The lines of the log about a request, written without asking a database that is away twice who sent it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The line about the failure asks again, and each time is ten seconds of the visitor's."""
        try:
            RequestMiddleware.bind_user_id(request)
        except (OperationalError, InterfaceError):
            request.user = AnonymousUser()
            raise
