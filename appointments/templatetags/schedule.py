"""What the schedule's list needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from appointments.schedule import Span
from core import clock

register = template.Library()


@register.filter
def sign(reason: str) -> str:
    """« Consultation de suivi » → « CS »: tells reasons apart without their colour. schedule_feed.js does the same."""
    words = [word for word in reason.replace("’", " ").replace("-", " ").split() if len(word) > 2]
    return "".join(word[0] for word in words[:2]).upper() or reason[:1].upper()


@register.filter
def named(names: Mapping[int, Any], key: int | None) -> Any:
    return names.get(key or 0, "")


@register.filter
def covers(span: Span, day: date) -> bool:
    since, until = clock.day_bounds(day)
    return span.start <= since.timestamp() and span.end >= until.timestamp()
