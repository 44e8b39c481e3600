"""What the templates of `templates/components/` need and plain includes cannot do."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "vendor/bootstrap-icons-1.13.2/sprite.svg"
# Those that only a call needs: the other pages do not pay for them.
CALL_SPRITE = "vendor/bootstrap-icons-1.13.2/call.svg"
AVATAR_TINTS = 4

# The first sign that matches wins: Edge also calls itself Chrome, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)

# FHIR's words for an appointment → what a person reads as colour and sign (the label comes from the model).
STATES: dict[str, tuple[str, str]] = {
    "held": ("warning", "hourglass-split"),
    "booked": ("canal", "calendar-check"),
    "arrived": ("info", "person-check"),
    "in-progress": ("info", "play-circle"),
    "fulfilled": ("success", "check-circle"),
    "noshow": ("danger", "person-x"),
    "cancelled": ("off", "calendar-x"),
    "lapsed": ("off", "clock-history"),
    "due": ("info", "clock"),
    "sent": ("success", "send"),
    "failed": ("danger", "exclamation-octagon"),
    "stale": ("off", "slash-circle"),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "calendar-check" %}`: decoration. With a label it is an image that is read aloud."""
    return _image(SPRITE, name, str(label))


@register.simple_tag
def call_icon(name: str, label: str = "") -> SafeString:
    """As `icon`, on the pages of a call."""
    return _image(CALL_SPRITE, name, str(label))


@lru_cache(maxsize=1024)
def _image(sprite: str, name: str, label: str) -> SafeString:
    target = f"{static(sprite)}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, target
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', target)


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: RequestContext, url_name: str, label: str, sign: str = "") -> dict[str, Any]:
    """A line of the menu; nothing while the room that answers to `url_name` is not built."""
    href = _address(url_name)
    if not href:
        return {"href": ""}
    request = context.get("request")
    path = request.path if request else ""
    current = "page" if path == href else "true" if href != "/" and path.startswith(href) else ""
    return {"href": href, "label": label, "sign": sign, "current": current, "count": 0}


@register.inclusion_tag("components/workbar.html", takes_context=True)
def workbar(context: RequestContext, doors: Iterable[Any]) -> dict[str, Any]:
    """The bar of those who work here: doors, then drawers of doors. Rooms that are not built have no address."""
    request = context.get("request")
    path, user = (request.path, getattr(request, "user", None)) if request else ("", None)
    drawn = [(door, href) for door in doors if (href := _address(door.url_name))]
    # « /patients/doublons/ » belongs to the door of that address, not also to « /patients/ ».
    here = max((href for _door, href in drawn if path.startswith(href)), key=len, default=None)
    alone: list[dict[str, Any]] = []
    groups: dict[str, list[dict[str, Any]]] = {}
    for door, href in drawn:
        current = "page" if path == href else "true" if href == here else ""
        line = {"href": href, "label": door.label, "sign": door.sign, "current": current}
        line["count"] = door.waits(user) if door.waits and user else 0
        (groups.setdefault(str(door.group), []) if door.group else alone).append(line)
    # One door needs no drawer.
    alone += [lines.pop() for lines in groups.values() if len(lines) == 1]
    named = [
        {
            "label": label,
            "lines": lines,
            "current": any(line["current"] for line in lines),
            "count": sum(line["count"] for line in lines),
        }
        for label, lines in groups.items()
        if lines
    ]
    lines = [*alone, *(line for group in named for line in group["lines"])]
    return {
        "alone": alone,
        "groups": named,
        "here": next((line["label"] for line in lines if line["current"]), ""),
        "count": sum(line["count"] for line in lines),
    }


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@register.simple_block_tag
def more_actions(content: str, small: bool = False) -> SafeString:
    """What is done less often, folded behind one button: <li> with components/nav_link.html or a button."""
    return render_to_string("components/more_actions.html", {"content": content, "small": small})


@register.filter
def state_kind(state: str) -> str:
    return STATES.get(state, ("off", ""))[0]


@register.filter
def state_icon(state: str) -> str:
    return STATES.get(state, ("", "info-circle"))[1]


@register.filter
def device(user_agent: str) -> str:
    """« Firefox, Windows »: enough for a person to recognise his own device."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or user_agent[:60] or "?"


@register.filter
def initials(name: object) -> str:
    """« Dr Anne Lefebvre » → « AL »: a title is not a name."""
    words = [word for word in str(name or "").replace("-", " ").split() if not word.endswith(".")]
    words = [word for word in words if word.lower() not in {"dr", "docteur", "pr", "m", "mme"}]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def tint(name: object) -> int:
    """The same person keeps the same colour on every screen and every machine."""
    return (zlib.crc32(str(name).encode()) >> 8) % AVATAR_TINTS
