"""Days of the week as people say them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from appointments.models.opening import Weekday

register = template.Library()


@register.filter
def weekday_names(days: Iterable[int]) -> str:
    """« lundi, jeudi »."""
    return ", ".join(str(Weekday(day).label) for day in sorted(days))
