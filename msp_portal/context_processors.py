"""What every screen shows of the house. Lazy: a page that does not name the centre does not ask for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from msp_portal.menu import doors_of
from practitioners.models import Centre


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "centre": SimpleLazyObject(lambda: Centre.objects.order_by("pk").first()),
        "is_demo": settings.DEMO,
        "doors": SimpleLazyObject(lambda: doors_of(request.user)),
    }
