"""What is said of stays: that reviews wait. Never a patient, never a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.notifications import email_to
from coordination.models import Debrief
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house

OVERDUE = "coordination.debrief_overdue"


def overdue(row: Debrief) -> None:
    """To the supervisors of the stay and to the coordinators."""
    coordinators = User.objects.filter(is_active=True, role_assignments__role=Role.COORDINATOR).distinct()
    people = {user.pk: user for user in coordinators if Role.COORDINATOR in user.roles}
    supervisors = row.stay.supervisors.select_related("user")
    people |= {one.user.pk: one.user for one in supervisors if one.user is not None and one.user.is_active}
    enqueue(
        [
            email_to(
                user, OVERDUE, row, f"{row.pk}:{user.pk}", merge_key=f"{OVERDUE}:{user.pk}:{clock.today()}"
            )
            for _pk, user in sorted(people.items())
        ]
    )


def _standing(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    """What was signed meanwhile is late no more."""
    late = set(
        Debrief.objects.open()
        .filter(pk__in=[message.subject_id for message in messages])
        .values_list("pk", flat=True)
    )
    return {message.pk: message.address for message in messages if message.subject_id in late}


def _load(messages: Sequence[OutboxMessage]) -> Loaded:
    rows = Debrief.objects.select_related("stay__intern", "supervisor").in_bulk(
        [message.subject_id for message in messages]
    )
    return {message.pk: rows[message.subject_id] for message in messages if message.subject_id in rows}


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    rows: list[Debrief] = [loaded[message.pk] for message in messages]
    context = {
        "trainees": sorted({row.stay.intern.display_name for row in rows}),
        "number": len(rows),
        "link": public_address("debriefs"),
        "centre": the_house().centre,
    }
    return rendering.email("coordination/messages/debrief_overdue", context)


register(
    Kind(
        name=OVERDUE,
        label=_("relecture en retard"),
        render=_render,
        addresses=_standing,
        load=_load,
        quiet=Quiet.WAITS_IF_IT_CAN,
    )
)
