"""What the registers make the house send to its own people: to sign, to look at again, training that ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from coordination.models import Delegate, ProtocolSignature, ProtocolState, ProtocolVersion
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house

TEMPLATES = "coordination/messages"
TO_SIGN, SIGN_REMINDER = "protocols.to_sign", "protocols.sign_reminder"
REVIEW, TRAINING = "protocols.review", "protocols.training"
# Days before: one message for each, however often the clock looks.
REVIEW_DAYS, TRAINING_DAYS = (30, 0), (60, 30, 7)
SIGN_EVERY = timedelta(days=7)


def to_sign(version: ProtocolVersion) -> None:
    rows = version.signatures.filter(signed_at=None).select_related("practitioner__user")
    _tell(
        [(TO_SIGN, row, row.practitioner.user, str(row.pk), "protocol", version.protocol_id) for row in rows]
    )


def remind() -> None:
    """What is due today and has not been said yet."""
    today = clock.today()
    with transaction.atomic():
        _tell([*_signatures(), *_reviews(today), *_trainings(today)])


type Due = tuple[str, Model, User | None, str, str, int]


def _signatures() -> Sequence[Due]:
    """Each week of waiting, once."""
    rows = ProtocolSignature.objects.filter(
        signed_at=None, version__state=ProtocolState.SIGNING
    ).select_related("version", "practitioner__user")
    found: list[Due] = []
    for row in rows:
        weeks = (clock.now() - (row.version.proposed_at or clock.now())) // SIGN_EVERY
        if weeks > 0:
            key = f"{row.pk}:{weeks}"
            found.append(
                (SIGN_REMINDER, row, row.practitioner.user, key, "protocol", row.version.protocol_id)
            )
    return found


def _reviews(today: date) -> Sequence[Due]:
    rows = ProtocolVersion.objects.filter(
        state=ProtocolState.ADOPTED, review_on__lte=today + timedelta(days=max(REVIEW_DAYS))
    ).select_related("protocol__owner__user")
    found: list[Due] = []
    for row in rows:
        days = min(step for step in REVIEW_DAYS if (row.review_on - today).days <= step)
        key = f"{row.pk}:{row.review_on}:{days}"
        found.append((REVIEW, row, row.protocol.owner.user, key, "protocol", row.protocol_id))
    return found


def _trainings(today: date) -> Sequence[Due]:
    rows = Delegate.objects.filter(
        valid_until__gte=today,
        valid_until__lte=today + timedelta(days=max(TRAINING_DAYS)),
        protocol__end_on=None,
    ).select_related("practitioner__user")
    found: list[Due] = []
    for row in rows:
        days = min(step for step in TRAINING_DAYS if (row.valid_until - today).days <= step)
        key = f"{row.pk}:{row.valid_until}:{days}"
        found.append((TRAINING, row, row.practitioner.user, key, "cooperation", row.protocol_id))
    return found


def _tell(due: Sequence[Due]) -> None:
    enqueue(
        [
            email_to(user, kind, subject, f"{key}", {"page": page, "key": target})
            for kind, subject, user, key, page, target in due
            if user is not None and user.is_active
        ]
    )


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    said = messages[0].payload
    link = public_address(str(said["page"]), said["key"])
    context = {"link": link, "centre": the_house().centre, "ends_on": loaded.get(messages[0].pk)}
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _last_days(messages: Sequence[OutboxMessage]) -> Loaded:
    """Of the delegations that end: as they stand when the message leaves."""
    rows = Delegate.objects.in_bulk([message.subject_id for message in messages])
    return {one.pk: rows[one.subject_id].valid_until for one in messages if one.subject_id in rows}


def _still_delegates(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    known = _last_days(messages)
    return {message.pk: message.address for message in messages if message.pk in known}


TO_BE_SIGNED = partial(_render, template="protocol_to_sign")
register(Kind(name=TO_SIGN, label=_("protocole à signer"), render=TO_BE_SIGNED, quiet=Quiet.WAITS))
register(
    Kind(name=SIGN_REMINDER, label=_("rappel : protocole à signer"), render=TO_BE_SIGNED, quiet=Quiet.WAITS)
)
register(
    Kind(
        name=REVIEW,
        label=_("protocole à revoir"),
        render=partial(_render, template="protocol_review"),
        quiet=Quiet.WAITS,
    )
)
register(
    Kind(
        name=TRAINING,
        label=_("formation qui se termine"),
        render=partial(_render, template="protocol_training"),
        addresses=_still_delegates,
        load=_last_days,
        quiet=Quiet.WAITS,
    )
)
