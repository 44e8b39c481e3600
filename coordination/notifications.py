"""The messages of this room: who, when, where, link; never a medical word."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from coordination.models import DeathRecord
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from patients.models import Proxy
from patients.models.proxy import Relation
from practitioners.house import the_house

TEMPLATES = "coordination/messages"


def death_told(death: DeathRecord) -> None:
    """Those who acted for the person, never the person: nothing is left to do, and the house is sorry."""
    acting = Proxy.objects.in_force().filter(patient=death.patient_id).exclude(relation=Relation.SELF)
    people = User.objects.filter(pk__in=acting.values("user"), is_active=True).order_by("pk")
    enqueue(
        [
            email_to(
                user, DEATH_TOLD.name, death, f"{death.pk}:{user.pk}", {"name": death.patient.display_name}
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
    context = {**messages[0].payload, "centre": the_house().centre}
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
