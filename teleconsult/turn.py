"""The relay's short-lived passwords (coturn's « use-auth-secret », draft-uberti-behave-turn-rest)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from django.conf import settings

# A call that lasts longer asks anew before it runs out (static/js/video/call.js).
LIFE = timedelta(hours=1)
# For whoever tries his devices, signed in or not: long enough to ask whether the relay answers, too short to live on.
CHECK_LIFE = timedelta(minutes=2)


class IceServer(TypedDict):
    """As RTCPeerConnection takes it."""

    urls: list[str]
    username: NotRequired[str]
    credential: NotRequired[str]


def ice_servers(who: str, now: datetime, life: timedelta = LIFE) -> list[IceServer]:
    """Nothing where no relay is set: inside one network the two devices find each other alone."""
    relays = [url for url in settings.TURN_URLS if url.startswith(("turn:", "turns:"))]
    mirrors = [url for url in settings.TURN_URLS if url.startswith(("stun:", "stuns:"))]
    found: list[IceServer] = [{"urls": mirrors}] if mirrors else []
    if relays and settings.TURN_SECRET:
        username = f"{int((now + life).timestamp())}:{who}"
        found.append({"urls": relays, "username": username, "credential": credential(username)})
    return found


def credential(username: str) -> str:
    digest = hmac.digest(settings.TURN_SECRET.encode(), username.encode(), "sha1")
    return base64.b64encode(digest).decode()
