"""How a message about several visits is written when it leaves: what still stands of them, by date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import ics
from appointments.models import Appointment, Status
from appointments.notifications import several
from appointments.notifications.kinds import TEMPLATES, Told, selves_of, told
from appointments.notifications.recheck import Visit, addresses_of_several, is_called_off, is_coming
from appointments.supervision import answering_for
from appointments.ways_in import ways_in
from core import clock
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Attachment, Rendered
from core.web.public import public_address


def load(messages: Sequence[OutboxMessage]) -> dict[int, list[Told]]:
    """Four queries, however many messages and visits."""
    keys = {key for message in messages for key in message.payload["visits"]}
    visits = Appointment.objects.with_details().with_companions().in_bulk(keys)
    selves = selves_of(messages)
    answering = answering_for(list(visits.values()))
    entries = ways_in(visits.values())
    return {
        message.pk: sorted(
            (
                told(message, visits[key], selves, answering, entries)
                for key in message.payload["visits"]
                if key in visits
            ),
            key=lambda one: one.start_at,
        )
        for message in messages
    }


def render(
    messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str, calendar: str, status: Status
) -> Rendered:
    message = messages[0]
    everything: list[Told] = loaded[message.pk]
    now = clock.now()
    standing = [
        one for one in everything if one.appointment.status == status and one.start_at > now
    ] or everything
    first = standing[0]
    context: dict[str, Any] = {
        "visits": standing,
        "visit": first,
        "number": len(standing),
        "one_practitioner": len({one.practitioner for one in standing}) == 1,
        "centre": first.appointment.practitioner.centre,
        "portal": settings.PUBLIC_URL,
        "all_url": _page_of(message),
        "book_url": public_address("find"),
    }
    if message.channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    content = ics.calendar_of([one.appointment for one in standing], calendar).decode()
    attachment = Attachment(
        name="rendez-vous.ics", content=content, subtype="calendar", parameters={"method": calendar}
    )
    return rendering.email(
        f"{TEMPLATES}/{template}",
        context,
        attachments=(attachment,),
        reply_to=first.appointment.practitioner.centre.email,
    )


def _page_of(message: OutboxMessage) -> str:
    if message.subject_type == "appointments.appointmentseries":
        return public_address("my_series", message.subject_id)
    return public_address("my_space")


def _register(
    name: str,
    label: Promise,
    template: str,
    calendar: str,
    status: Status,
    stands: Callable[[Visit, datetime], bool],
    quiet: Quiet = Quiet.IGNORES,
) -> None:
    def addresses(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
        return addresses_of_several(messages, stands)

    register(
        Kind(
            name=name,
            label=label,
            render=partial(render, template=template, calendar=calendar, status=status),
            addresses=addresses,
            load=load,
            quiet=quiet,
        )
    )


_register(
    several.SEVERAL_BOOKED,
    _("rendez-vous confirmés ensemble"),
    "several_booked",
    "PUBLISH",
    Status.BOOKED,
    is_coming,
)
_register(
    several.SEVERAL_MOVED,
    _("rendez-vous déplacés ensemble par la maison"),
    "several_moved",
    "PUBLISH",
    Status.BOOKED,
    is_coming,
    Quiet.WAITS_IF_IT_CAN,
)
_register(
    several.SEVERAL_CANCELLED,
    _("rendez-vous annulés ensemble par la maison"),
    "several_cancelled",
    "CANCEL",
    Status.CANCELLED,
    is_called_off,
    Quiet.WAITS_IF_IT_CAN,
)
