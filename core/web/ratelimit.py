"""So many times per address and per account: counted in the shared cache, which falls back to the database.

`settings.RATE_LIMITS["book"] = {"address": "120/1h", "account": "30/1h"}`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from core import clock

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse(rate: str) -> tuple[int, int]:
    """« 30/10m » → 30 times in 600 seconds."""
    found = re.fullmatch(r"(\d+)/(\d*)([smhd])", rate)
    if found is None:
        raise ValueError(f"A rate is written like 30/10m, not {rate!r}.")
    amount, number, unit = found.groups()
    return int(amount), int(number or 1) * SECONDS[unit]


def _hit(action: str, who: str, rate: str) -> bool:
    """Count one more; False beyond the rate. Windows are fixed, so at most twice the rate fits across an edge."""
    amount, seconds = parse(rate)
    window = int(clock.now().timestamp()) // seconds
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"rate:{action}:{digest}:{seconds}:{window}"
    if cache.add(key, 1, timeout=seconds):
        return amount >= 1
    try:
        return cache.incr(key) <= amount
    except ValueError:  # the window ended between the two lines
        cache.add(key, 1, timeout=seconds)
        return True


def allowed(request: HttpRequest, action: str, *, key: str | None = None) -> bool:
    """Count this request for its address, its account and, where one is given, its own key."""
    rates: dict[str, str] = settings.RATE_LIMITS[action]
    whose = {"address": get_adapter().get_client_ip(request), "key": key}
    if request.user.is_authenticated:
        whose["account"] = str(request.user.pk)
    hits = [
        _hit(action, f"{kind}:{who}", rates[kind]) for kind, who in whose.items() if who and kind in rates
    ]
    return all(hits)


def too_many(request: HttpRequest) -> HttpResponse:
    """The page that says so, with 429."""
    return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)


def limit[**P](
    action: str, *, methods: tuple[str, ...] = ("POST",)
) -> Callable[
    [Callable[Concatenate[Any, P], HttpResponseBase]], Callable[Concatenate[Any, P], HttpResponseBase]
]:
    """`@limit("book")` above a view: the page 429 beyond the rates of `settings.RATE_LIMITS["book"]`."""

    def decorate(
        view: Callable[Concatenate[Any, P], HttpResponseBase],
    ) -> Callable[Concatenate[Any, P], HttpResponseBase]:
        @wraps(view)
        def counted(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in methods and not allowed(request, action):
                return too_many(request)
            return view(request, *args, **kwargs)

        return counted

    return decorate
