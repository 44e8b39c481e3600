"""What every answer must say to the browser: checked on each page that is reached, whoever reaches it."""

from __future__ import annotations

import re
from typing import Any

from core.uploads.serve import SANDBOX
from core.web.permissions import NO_MEDIA, OWN_MEDIA

# Camera and microphone: the call, and the page where both are tried.
WITH_MEDIA = {"video_call", "video_check"}
# What says of itself how long it may be kept: the same for everybody who has its address.
KEPT = {"practitioner_photo", "calendar_feed", "cabinet_feed", "feed"}
_NONCE = r"'nonce-[\w+/=-]{16,}'"
POLICY = re.compile(
    rf"default-src 'none'; script-src 'self' {_NONCE}; style-src 'self' {_NONCE}; img-src 'self'; font-src 'self'; "
    r"connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    r"object-src 'none'"
)
# Without a nonce where nothing was drawn that asks for one.
PLAIN_POLICY = re.compile(POLICY.pattern.replace(f" {_NONCE}", ""))
SAME = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def wrong(answer: Any, who: str) -> list[str]:
    """The headers of a page that was reached (200) that are not as they must be."""
    name = answer.resolver_match.view_name if answer.resolver_match else ""
    found = [
        f"{header}: {answer.get(header)}" for header, value in SAME.items() if answer.get(header) != value
    ]
    policy = answer.get("Content-Security-Policy", "")
    if policy != SANDBOX and not POLICY.fullmatch(policy) and not PLAIN_POLICY.fullmatch(policy):
        found.append(f"Content-Security-Policy: {policy}")
    media = OWN_MEDIA if name in WITH_MEDIA else NO_MEDIA
    if answer.get("Permissions-Policy") != media:
        found.append(f"Permissions-Policy: {answer.get('Permissions-Policy')}")
    if who != "visitor" and name not in KEPT and "no-store" not in answer.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.get('Cache-Control')}")
    return found
