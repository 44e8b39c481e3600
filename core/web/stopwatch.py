"""How long each request took: `ms` in its line of the log."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog import signals

BEGAN = "_began_at"


@receiver(signals.bind_extra_request_metadata)
def begin(request: HttpRequest, **_kwargs: Any) -> None:
    setattr(request, BEGAN, perf_counter())


@receiver(signals.bind_extra_request_finished_metadata)
def finish(request: HttpRequest, log_kwargs: dict[str, Any], **_kwargs: Any) -> None:
    log_kwargs["ms"] = round((perf_counter() - getattr(request, BEGAN)) * 1000)
