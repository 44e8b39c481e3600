"""The messages of this room: who, when, where, link; never a medical word."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import DeathRecord
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from patients.models import Proxy
from patients.models.proxy import Relation
from practitioners.models import Centre

TEMPLATES = "coordination/messages"


def death_told(death: DeathRecord) -> None:
    """Those who acted for the person, never the person: nothing is left to do, and the house is sorry."""
    acting = Proxy.objects.in_force().filter(patient=death.patient_id).exclude(relation=Relation.SELF)
    people = User.objects.filter(pk__in=acting.values("user"), is_active=True).order_by("pk")
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{DEATH_TOLD.name}:{death.pk}:{user.pk}",
                kind=DEATH_TOLD.name,
                channel=Channel.EMAIL,
                recipient=user,
                address=user.email,
                language=user.language,
                payload={"name": death.patient.display_name},
                **about(death),
            )
            for user in people
        ]
    )


def _still_true(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    """A mistake that was seen in time is told to nobody."""
    standing = DeathRecord.objects.filter(pk__in=[message.subject_id for message in messages], undone_at=None)
    keys = set(standing.values_list("pk", flat=True))
    return {message.pk: message.address for message in messages if message.subject_id in keys}


def _death_told(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    context = {**messages[0].payload, "centre": Centre.objects.order_by("pk").first()}
    return rendering.email(f"{TEMPLATES}/death_told", context)


DEATH_TOLD = register(
    Kind(
        name="record.death_told",
        label=_("condoléances aux proches"),
        render=_death_told,
        addresses=_still_true,
        quiet=Quiet.WAITS,
    )
)
