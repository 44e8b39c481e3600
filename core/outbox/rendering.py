"""What leaves: subject, text, page and attachments, written from templates in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

# The alphabet of GSM 03.38: one sign outside it halves the length of an SMS and doubles its price.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_PLAIN = str.maketrans(
    {"’": "'", "«": '"', "»": '"', "œ": "oe", "Œ": "OE", "–": "-", "—": "-", "…": "...", "·": "-"}
)


@dataclass(frozen=True)
class Attachment:
    name: str
    content: str
    subtype: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    sender: str = ""


def email(
    template: str,
    context: Mapping[str, Any],
    *,
    attachments: tuple[Attachment, ...] = (),
    headers: Mapping[str, str] | None = None,
    reply_to: str = "",
) -> Rendered:
    """`<template>.subject.txt`, `<template>.txt` and `<template>.html`, under the name of the `centre` of the context.

    KeyError without one: a letter without a head would leave, and be taken for a fraud.
    """
    values = {**context, "centre": context["centre"]}
    return Rendered(
        subject=" ".join(render_to_string(f"{template}.subject.txt", values).strip().splitlines()),
        text=paragraphs(render_to_string(f"{template}.txt", values)),
        html=render_to_string(f"{template}.html", values),
        attachments=attachments,
        headers=headers or {},
        reply_to=reply_to,
    )


def sms(template: str, context: Mapping[str, Any]) -> Rendered:
    """`<template>.sms.txt`, on one line, in signs that every telephone network carries."""
    text = " ".join(render_to_string(f"{template}.sms.txt", dict(context)).split())
    # A sentence whose last words were left out keeps its full stop.
    return Rendered(subject="", text=plain(text.replace(" .", ".")))


def one_click_stop(address: str) -> dict[str, str]:
    """RFC 8058: the mail programme offers one click to hear no more of this, and its POST is enough."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def paragraphs(text: str) -> str:
    """At most one blank line in a row: what the tags of a template leave behind."""
    lines: list[str] = []
    for line in (line.rstrip(" \t") for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    return "".join(_plain_sign(sign) for sign in text.translate(_PLAIN))


def _plain_sign(sign: str) -> str:
    if sign in _GSM:
        return sign
    if sign.isspace():
        return " "
    bare = unicodedata.normalize("NFKD", sign)[0]
    return bare if bare in _GSM else "?"
