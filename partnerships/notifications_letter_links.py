"""To the doctor of outside who asked: that an answer is there, until when, and its link. Neither whose nor of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from partnerships.letter_links import letter_address
from partnerships.models import LetterDelivery
from practitioners.house import the_house

BY_LINK = "return_letter.by_link"
TEMPLATE = "partnerships/messages/letter_by_link"


def letter_by_link(delivery: LetterDelivery) -> None:
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{BY_LINK}:{delivery.pk}",
                kind=BY_LINK,
                channel=Channel.EMAIL,
                address=delivery.email,
                language="fr",
                payload={},
                expires_at=delivery.expires_at,
                **about(delivery),
            )
        ]
    )


def _load(messages: Sequence[OutboxMessage]) -> dict[int, LetterDelivery]:
    return LetterDelivery.objects.in_bulk(
        {message.subject_id for message in messages if message.subject_id is not None}
    )


def _still_open(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    known, now = _load(messages), clock.now()
    return {
        message.pk: message.address
        for message in messages
        if (delivery := known.get(message.subject_id or 0)) is not None and delivery.is_open(now)
    }


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    delivery = loaded.get(messages[0].subject_id or 0)
    assert isinstance(delivery, LetterDelivery)
    context = {
        "link": letter_address(delivery),
        "until": delivery.expires_at,
        "centre": the_house().centre,
    }
    return rendering.email(TEMPLATE, context)


register(
    Kind(
        name=BY_LINK,
        label=_("compte rendu à lire par lien, pour qui a adressé sans compte"),
        render=_render,
        addresses=_still_open,
        load=_load,
        secret=True,
    )
)
