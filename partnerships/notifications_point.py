"""The weekly point of coordination to a partner's contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from partnerships.models import PartnerDigest
from practitioners.house import the_house

TEMPLATE = "partnerships/messages/partner_point"


def partner_point(digest: PartnerDigest, point: dict[str, Any]) -> None:
    """To one contact, who has no account: counts, dates and the links by which he answers."""
    contact = digest.contact
    message = OutboxMessage(
        dedupe_key=f"{PARTNER_POINT.name}:{contact.pk}:{digest.week.isoformat()}",
        kind=PARTNER_POINT.name,
        channel=Channel.EMAIL,
        address=contact.email,
        language="fr",
        payload=point,
        **about(digest),
    )
    enqueue([message])


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    payload = messages[0].payload
    sessions = [
        {**one, "start": datetime.fromisoformat(one["start"]), "end": datetime.fromisoformat(one["end"])}
        for one in payload["sessions"]
    ]
    cancelled = [
        {**one, "start": datetime.fromisoformat(one["start"])} for one in payload.get("cancelled", ())
    ]
    centre = the_house().centre
    context = {**payload, "sessions": sessions, "cancelled": cancelled, "centre": centre}
    return rendering.email(TEMPLATE, context)


PARTNER_POINT = register(
    Kind(name="partner.point", label=_("point de coordination"), render=_render, quiet=Quiet.WAITS)
)
