"""The messages of this room: about sessions and contracts. No patient is ever named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import holders_of
from accounts.models import Role
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from partnerships.models import Agreement
from practitioners.models import Centre

TEMPLATES = "partnerships/messages"


def agreement_ending(agreement: Agreement, months: int) -> None:
    """To every coordinator, once per step."""
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{AGREEMENT_ENDING.name}:{agreement.pk}:{months}:{user.pk}",
                kind=AGREEMENT_ENDING.name,
                channel=Channel.EMAIL,
                recipient=user,
                address=user.email,
                language=user.language,
                payload={
                    "partner": agreement.partner.name,
                    "title": agreement.title,
                    "ends_on": agreement.ends_on.isoformat(),
                },
                **about(agreement),
            )
            for user in holders_of(Role.COORDINATOR)
        ]
    )


def _agreement_ending(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    link = f"{settings.PUBLIC_URL}{reverse('agreement', args=[messages[0].subject_id])}"
    ends_on = date.fromisoformat(messages[0].payload["ends_on"])
    context = {
        **messages[0].payload,
        "ends_on": ends_on,
        "link": link,
        "centre": Centre.objects.order_by("pk").first(),
    }
    return rendering.email(f"{TEMPLATES}/agreement_ending", context)


AGREEMENT_ENDING = register(
    Kind(name="agreement.ending", label=_("convention bientôt expirée"), render=_agreement_ending)
)
