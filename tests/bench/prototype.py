# ruff: noqa: E402 - Django is set up before its parts are imported
"""The least that could answer « next slots »: one question, every agenda read, no middleware, no template."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DATABASE_POOL_SIZE", "20")
django.setup()

from django.conf import settings

settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "tests.bench.prototype"

from datetime import date, timedelta
from itertools import groupby

from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from appointments.availability import Slot, free_slots
from appointments.models import VisitReason
from appointments.search import UNREAD, Wish, reasons_for
from appointments.weeks import ROWS_PER_PAGE
from core import clock


def slots(request: HttpRequest) -> HttpResponse:
    wish = Wish.read(request.GET.dict(), clock.today())
    now = clock.now()
    start = max(clock.day_bounds(wish.first_day)[0], now)
    end = clock.day_bounds(wish.first_day + timedelta(days=7))[0]
    found = free_slots(reasons_for(wish, bookable()), start, end, now=now)
    weeks = [list(slots) for _reason, slots in groupby(found, key=lambda slot: slot.reason.pk)]
    weeks.sort(key=lambda slots: slots[0].start)
    parts = ["<!doctype html><html lang=fr><title>Prendre rendez-vous</title><form method=post>"]
    for slots in weeks[:ROWS_PER_PAGE]:
        reason = slots[0].reason
        parts.append(f"<article><h2>{reason.practitioner.display_name}</h2><p>{reason.name}</p>")
        for day, of_day in groupby(slots, key=_day):
            parts.append(f"<section><h3>{day:%d/%m}</h3><ul>")
            for slot in of_day:
                at = clock.local(slot.start_at)
                parts.append(
                    f'<li><button name="slot" value="{slot.value}"><time datetime="{at.isoformat()}">'
                    f"{at:%H:%M}</time></button></li>"
                )
            parts.append("</ul></section>")
        parts.append("</article>")
    return HttpResponse("".join(parts) + "</form></html>")


def bookable() -> list[VisitReason]:
    """As any Django view asks."""
    reasons = VisitReason.objects.online().select_related("practitioner__profession", "category__profession")
    return list(reasons.defer(*UNREAD).order_by("practitioner_id", "position", "pk"))


def _day(slot: Slot) -> date:
    return slot.local_day


urlpatterns = [path("rendez-vous/", slots)]
application = get_asgi_application()
