"""Slots by the hundred: written in one go, since a template include for each would cost more than the search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from appointments.availability import Slot
from appointments.weeks import FOLDED_DAYS, Day
from core.clock import PARIS
from core.formats import french

register = template.Library()


@register.simple_tag
def slot_days(days: Sequence[Day]) -> SafeString:
    """The days of one row, each with its date and its slots: forty-two to a page, so without a template as well."""
    none = f'<p class="muted" aria-hidden="true">—</p><p class="visually-hidden">{escape(_("aucun créneau"))}</p>'
    parts: list[str] = []
    free = 0
    for day in days:
        free += bool(day.slots)
        kind = (" is-later" if free > FOLDED_DAYS else "") if day.slots else " is-empty"
        place = f'<small class="finding-place">{escape(day.place)}</small>' if day.place else ""
        parts.append(
            f'<section class="finding-day{kind}">'
            f'<h3 class="finding-date"><span>{french.weekday(day.date)}</span> {french.short_day(day.date)}{place}</h3>'
        )
        parts.append(f'<ul class="slots">{_buttons(day.slots)}</ul>' if day.slots else none)
        parts.append("</section>")
    return mark_safe("".join(parts))  # noqa: S308 – the rest is escaped, or of our own making


def _buttons(slots: Sequence[Slot]) -> str:
    """The same markup as components/slot.html: submit buttons « slot » of the form around them."""
    english = french.language() == "en"
    return "".join(
        f'<li><button class="slot" type="submit" name="slot" value="{slot.reason.pk}.{slot.start}">'
        f"{_time(slot.start, english)}</button></li>"
        for slot in slots
    )


@lru_cache(maxsize=4096)
def _time(start: int, english: bool) -> str:
    """Everybody looks at the same weeks: each time of them is written once."""
    at = datetime.fromtimestamp(start, PARIS)
    label = f"{at:%H:%M}" if english else french.hour(at)
    return f'<time datetime="{at.isoformat()}">{label}</time>'
