"""What every screen shows of the house. Lazy: a page that shows no door does not ask for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from msp_portal.menu import doors_of
from practitioners.house import the_house


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "centre": the_house().centre,
        "is_demo": settings.DEMO,
        "doors": SimpleLazyObject(lambda: doors_of(request.user)),
    }
