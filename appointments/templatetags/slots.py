"""Slots by the hundred: written in one go, since a template include for each would cost more than the search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils.safestring import SafeString, mark_safe

from appointments.availability import Slot
from core.clock import PARIS
from core.formats import french

register = template.Library()


@register.simple_tag
def slot_buttons(slots: Sequence[Slot]) -> SafeString:
    """The same markup as components/slot.html: submit buttons « slot » of the form around them.

    Everything written here is a number or a date of our own making.
    """
    if not slots:
        return SafeString("")
    english = french.language() == "en"
    parts: list[str] = []
    hours: dict[int, str] = {}
    for slot in slots:
        at = datetime.fromtimestamp(slot.start, PARIS)
        minute = at.hour * 60 + at.minute
        label = hours.get(minute) or hours.setdefault(minute, _hour(at, english=english))
        parts.append(
            f'<li><button class="slot" type="submit" name="slot" value="{slot.reason.pk}.{slot.start}">'
            f'<time datetime="{at.isoformat()}">{label}</time></button></li>'
        )
    return mark_safe("".join(parts))  # noqa: S308 – see above


def _hour(at: datetime, *, english: bool) -> str:
    return f"{at:%H:%M}" if english else french.hour(at)
