"""What supervisors and trainees are told when somebody else answers, or nobody can. No patient is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from appointments.models import Absence, Takeover
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house

TAKEN_OVER = "supervision.taken_over"
CLOSED = "supervision.closed"
# A fortnight of leave is one letter, not ten.
DAYS_TOGETHER = timedelta(hours=1)
TEMPLATES = "appointments/messages"


@dataclass(frozen=True)
class Notice:
    """A time, and the two people it is about."""

    start_at: datetime
    end_at: datetime
    trainee: str
    other: str


def taken_over(row: Takeover) -> None:
    """To who answers now."""
    _tell(TAKEN_OVER, row, row.supervisor.user)


def closed(row: Absence) -> None:
    """To the trainee: nobody can answer for him at this time, so he receives nobody."""
    _tell(CLOSED, row, row.practitioner.user)


def _tell(kind: str, row: Absence | Takeover, user: User | None) -> None:
    if user is None:
        return
    enqueue([email_to(user, kind, row, f"{row.pk}", expires_at=row.end_at, merge_key=f"{kind}:{user.pk}")])


def _standing(messages: Sequence[OutboxMessage], *, model: type[Model]) -> dict[int, str]:
    """What has been taken back meanwhile is told to nobody."""
    there = set(
        model._default_manager.filter(pk__in=[message.subject_id for message in messages]).values_list(
            "pk", flat=True
        )
    )
    return {message.pk: message.address for message in messages if message.subject_id in there}


def _takeovers(messages: Sequence[OutboxMessage]) -> Loaded:
    rows = Takeover.objects.select_related("stay__intern", "named").in_bulk(
        [message.subject_id for message in messages]
    )
    return {
        message.pk: Notice(row.start_at, row.end_at, row.stay.intern.display_name, row.named.display_name)
        for message in messages
        if (row := rows.get(message.subject_id or 0)) is not None
    }


def _closures(messages: Sequence[OutboxMessage]) -> Loaded:
    rows = Absence.objects.select_related("practitioner").in_bulk(
        [message.subject_id for message in messages]
    )
    return {
        message.pk: Notice(row.start_at, row.end_at, row.practitioner.display_name, "")
        for message in messages
        if (row := rows.get(message.subject_id or 0)) is not None
    }


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    notices = sorted((loaded[message.pk] for message in messages), key=lambda one: one.start_at)
    link = public_address("my_day")
    context = {"notices": notices, "link": link, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/{template}", context)


register(
    Kind(
        name=TAKEN_OVER,
        label=_("relais d’encadrement"),
        render=partial(_render, template="supervision_taken_over"),
        addresses=partial(_standing, model=Takeover),
        load=_takeovers,
        quiet=Quiet.WAITS_IF_IT_CAN,
        merges_within=DAYS_TOGETHER,
    )
)
register(
    Kind(
        name=CLOSED,
        label=_("plage fermée, sans maître de stage"),
        render=partial(_render, template="supervision_closed"),
        addresses=partial(_standing, model=Absence),
        load=_closures,
        quiet=Quiet.WAITS_IF_IT_CAN,
        merges_within=DAYS_TOGETHER,
    )
)
