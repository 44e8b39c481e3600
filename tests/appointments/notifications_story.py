"""A message as somebody reads it."""

from __future__ import annotations

from datetime import date, time

from core import clock
from core.outbox.rendering import Rendered

TUESDAY = clock.at(date(2026, 12, 1), time(14, 30))


def spaced(text: str) -> str:
    """Non-breaking spaces are meant, and tiresome to type."""
    return text.replace("\u00a0", " ")


def everything(rendered: Rendered) -> str:
    files = "".join(attachment.content for attachment in rendered.attachments)
    return " ".join([rendered.subject, rendered.text, rendered.html, files.replace("\r\n ", "")]).casefold()
