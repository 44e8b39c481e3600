"""The message of a pathway: a time may be chosen. Who, and where to choose; not what for."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from appointments.notifications.people import people_of
from coordination.models import PathwayStep
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue, withdraw
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house

STEP_DUE = "coordination.step_due"
TEMPLATE = "coordination/messages/step_due"


def pathway_step_due(step: PathwayStep) -> None:
    """To everybody who acts for the patient; the invitation before it leaves no more."""
    withdraw(step, [STEP_DUE])
    invited = step.invited_at or clock.now()
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{STEP_DUE}:{step.pk}:{invited.timestamp():.0f}:{person.label}:{channel}",
                kind=STEP_DUE,
                channel=channel,
                recipient_id=person.user_id,
                address=person.address(channel),
                language=person.language,
                payload={
                    "pathway": step.pathway_id,
                    "who": step.practitioner.display_name if step.practitioner else "",
                    "has_account": person.user_id is not None,
                },
                **about(step),
            )
            for person in people_of(step.pathway.patient)
            for channel in person.channels
        ]
    )


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    message = messages[0]
    has_account = message.payload["has_account"]
    context = {
        **message.payload,
        "link": public_address("my_pathway", message.payload["pathway"])
        if has_account
        else public_address("find"),
        "centre": the_house().centre,
    }
    if message.channel == Channel.SMS:
        return rendering.sms(TEMPLATE, context)
    return rendering.email(TEMPLATE, context)


register(
    Kind(
        name=STEP_DUE,
        label=_("un rendez-vous est à choisir"),
        render=_render,
        quiet=Quiet.WAITS_IF_IT_CAN,
    )
)
