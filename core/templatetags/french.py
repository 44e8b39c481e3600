"""Filters over `core.formats.french`: `{{ slot.starts_at|heure }}`. An empty value stays empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template

from core.formats import french

register = template.Library()


def _filter(name: str, write: Callable[[Any], str]) -> None:
    def apply(value: Any) -> str:
        return "" if value is None or value == "" else write(value)

    register.filter(name, apply)


@register.filter
def jours(first: Any, last: Any) -> str:
    """`{{ absence.start_at|jours:absence.last_day }}`."""
    return french.days(first, last) if first and last else ""


@register.filter
def heures(start: Any, end: Any) -> str:
    """`{{ closure.start_at|heures:closure.end_at }}`."""
    return french.hours(start, end) if start and end else ""


_filter("jour", french.full_day)
_filter("jour_an", french.full_day_with_year)
_filter("jour_proche", french.near_day)
_filter("jour_court", french.short_day)
_filter("jour_semaine", french.weekday)
_filter("mois", french.month)
_filter("heure", french.hour)
_filter("iso", french.iso)
_filter("duree", french.duration)
_filter("euros", french.euros)
_filter("telephone", french.telephone)
_filter("tel", french.dialable)
