"""What the templates of `templates/components/` need and plain includes cannot do."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SPRITE = "vendor/bootstrap-icons-1.13.2/sprite.svg"
# Those that only a call needs: the other pages do not pay for them.
CALL_SPRITE = "vendor/bootstrap-icons-1.13.2/call.svg"
AVATAR_TINTS = 4
MIDDLE_DOT = re.compile(r"\s·\s")

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


@register.simple_block_tag(takes_context=True)
def breadcrumb(context: RequestContext, content: str) -> SafeString:
    """The way back, in base.html around the block « trail »; nothing where a page says no step."""
    if not content.strip():
        return SafeString()
    title = context.render_context[BLOCK_CONTEXT_KEY].get_block("title").render(context)
    # « Documents · Zoé Martin »: the steps have said of whom.
    here = mark_safe(MIDDLE_DOT.split(title.strip())[0])  # noqa: S308 – escaped when the title was rendered
    return render_to_string("components/breadcrumb.html", {"steps": content, "here": here})


@register.simple_tag
def step(label: object, url_name: str = "", *args: object, href: str = "", **query: object) -> SafeString:
    """`{% step _("Mes données") "my_data" %}`, inside the block « trail ». Other keywords are the address's query."""
    return format_html('<li><a href="{}">{}</a></li>', _href(url_name, args, href, query), label)


@register.simple_block_tag
def tabs(content: str, label: str = "") -> SafeString:
    """`{% tabs _("Stages") %}` … `{% endtabs %}`: the pages of one subject, each a `{% tab %}`."""
    return render_to_string("components/tabs.html", {"drawn_tabs": content, "label": label})


@register.simple_tag
def tab(
    label: object,
    url_name: str = "",
    *args: object,
    href: str = "",
    current: bool = False,
    count: int | str | None = None,
    **query: object,
) -> SafeString:
    """`{% tab _("Studios") "lodgings" current=here|is:"lodgings" %}`, inside `{% tabs %}`."""
    mark = SafeString(' aria-current="page"') if current else ""
    number = "" if count in (None, "") else format_html(' <span class="count">{}</span>', count)
    return format_html(
        '<li><a href="{}"{}>{}{}</a></li>', _href(url_name, args, href, query), mark, label, number
    )


@register.filter(name="is")
def same(value: object, other: object) -> bool:
    """Says « this one » where a tag takes an argument and no comparison: `current=year|is:one`."""
    return value == other


@register.filter
def has(value: str, part: str) -> bool:
    """`current=request.path|has:"/password/"`."""
    return part in value


def _href(url_name: str, args: tuple[object, ...], href: str, query: dict[str, object]) -> str:
    return reverse(url_name, args=args, query=query or None) if url_name else href


@register.inclusion_tag("components/card.html")
def door(url_name: str, title: str, text: str = "", sign: str = "") -> dict[str, str]:
    """`{% door "my_data" _("Mes données") _("Les télécharger.") "eye" %}`: a card that leads to a page."""
    return {"href": reverse(url_name), "title": title, "text": text, "sign": sign}


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


@register.simple_tag
def fit_input(field: BoundField) -> str:
    """What packages say of an input, the portal's way: no echo of the label inside it, digits for a code."""
    attrs = field.field.widget.attrs
    if "placeholder" in attrs and str(attrs["placeholder"]) == str(field.label):
        del attrs["placeholder"]
    if attrs.get("autocomplete") == "one-time-code":
        attrs["inputmode"] = "numeric"
    return ""
