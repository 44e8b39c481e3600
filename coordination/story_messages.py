"""How a thing with states is spoken of: to accounts, to the patient, and no more once it has moved on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import Model

from accounts.access import holders_of
from accounts.models import Role, User
from accounts.notifications import email_to
from appointments.notifications.people import people_of
from core.outbox.enqueue import about, enqueue
from core.outbox.models import OutboxMessage
from patients.models import Patient

# Each of the three names it so.
WITHDRAWN = "withdrawn"


class Stated(Protocol):
    """A referral, a request to a partner, a request for an opinion."""

    state: str


def tell_accounts(
    users: Collection[int | None], kind: str, subject: Model, verb: str, key: str, **payload: Any
) -> None:
    """Those of them that still stand. With `state`, only while it stands so."""
    standing = User.objects.filter(pk__in=[one for one in users if one], is_active=True).order_by("pk")
    said = {"verb": verb, **payload}
    enqueue([email_to(one, kind, subject, f"{subject.pk}:{verb}:{key}:{one.pk}", said) for one in standing])


def tell_people_of(patient: Patient, kind: str, subject: Model, key: str, payload: Mapping[str, Any]) -> None:
    """Everybody who acts for the patient, each by the first of the means that he has chosen."""
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{kind}:{subject.pk}:{key}:{person.label}",
                kind=kind,
                channel=channel,
                recipient_id=person.user_id,
                address=person.address(channel),
                language=person.language,
                payload=dict(payload),
                **about(subject),
            )
            for person in people_of(patient)
            for channel in person.channels[:1]
        ]
    )


def coordinators() -> list[int]:
    return list(holders_of(Role.COORDINATOR).values_list("pk", flat=True))


def keys_of(messages: Sequence[OutboxMessage]) -> set[int]:
    return {message.subject_id for message in messages if message.subject_id is not None}


def still_true(messages: Sequence[OutboxMessage], known: Mapping[int, Stated]) -> dict[int, str]:
    """A reminder about what has moved on meanwhile, or a word about what was taken back at once, is not sent."""
    found = {}
    for message in messages:
        thing = known.get(message.subject_id or 0)
        if thing is None or message.payload.get("state", thing.state) != thing.state:
            continue
        if message.payload["verb"] == "sent" and thing.state == WITHDRAWN:
            continue
        found[message.pk] = message.address
    return found
