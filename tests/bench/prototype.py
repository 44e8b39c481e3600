# ruff: noqa: E402 - Django is set up before its parts are imported
"""The least that could answer « next slots »: the same search, no middleware, no template, HTML joined by hand."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DATABASE_POOL_SIZE", "20")
django.setup()

from django.conf import settings

settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "tests.bench.prototype"

from django.contrib.auth.models import AnonymousUser
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from appointments.eligibility import practitioners_knowing
from appointments.search import Wish, online_reasons, reasons_for, week_of
from core import clock


def slots(request: HttpRequest) -> HttpResponse:
    wish = Wish.read(request.GET.dict(), clock.today())
    known = practitioners_knowing(AnonymousUser())
    week = week_of(wish, reasons_for(wish, online_reasons()), known, clock.now())
    parts = ["<!doctype html><html lang=fr><title>Prendre rendez-vous</title><form method=post>"]
    for row in week.rows:
        parts.append(f"<article><h2>{row.practitioner.display_name}</h2><p>{row.reason.name}</p>")
        for day in row.days:
            parts.append(f"<section><h3>{day.date:%d/%m}</h3><ul>")
            for slot in day.slots:
                at = clock.local(slot.start_at)
                parts.append(
                    f'<li><button name="slot" value="{slot.value}"><time datetime="{at.isoformat()}">'
                    f"{at:%H:%M}</time></button></li>"
                )
            parts.append("</ul></section>")
        parts.append("</article>")
    return HttpResponse("".join(parts) + "</form></html>")


urlpatterns = [path("rendez-vous/", slots)]
application = get_asgi_application()
