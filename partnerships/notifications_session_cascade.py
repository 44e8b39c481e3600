"""The messages about a session that fell away: to the patient where he stands, to the coordinator that a plan waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import holders_of
from accounts.models import Role
from accounts.notifications import email_to
from appointments.models import Appointment, CascadeLine
from appointments.models.cascade import Step
from appointments.notifications import kinds, recheck
from appointments.notifications.people import addressees
from appointments.notifications.plan import message
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import enqueue, withdraw
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from partnerships.models import ConsultationSession
from practitioners.house import the_house

TEMPLATES = "partnerships/messages"
ON_LIST = "session.on_list"
TO_CALL = "session.to_call"
CANCELLED = "session.cancelled"


def put_off(line: CascadeLine, *, not_before: datetime) -> None:
    """On the list with his age kept, or somebody calls him. Once for each time promised."""
    kind = ON_LIST if line.step == Step.WAIT else TO_CALL
    rows = []
    for person in addressees(line.appointment):
        for channel in person.channels:
            row = message(kind, line.appointment, person, channel)
            row.due_at = max(clock.now(), not_before)
            rows.append(row)
    enqueue(rows)


def take_back(visit: Appointment) -> None:
    withdraw(visit, [ON_LIST, TO_CALL])


def is_leaving(visit: Appointment) -> bool:
    """What he is told has not left yet."""
    return OutboxMessage.objects.waiting_for(visit).filter(kind__in=[ON_LIST, TO_CALL]).exists()


def session_cancelled(session: ConsultationSession, patients: int) -> None:
    """The partner has declined by his link: every coordinator reads that a plan waits for him."""
    enqueue(
        [
            email_to(
                user,
                CANCELLED,
                session,
                f"{session.pk}:{user.pk}",
                {
                    "partner": session.programme.partner.name,
                    "start": session.start_at.isoformat(),
                    "patients": patients,
                },
            )
            for user in holders_of(Role.COORDINATOR)
        ]
    )


def _session_cancelled(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    payload = messages[0].payload
    context = {
        "partner": payload["partner"],
        "taken": payload["patients"],
        "start": datetime.fromisoformat(payload["start"]),
        "link": public_address("session_cascade", messages[0].subject_id),
        "centre": the_house().centre,
    }
    return rendering.email(f"{TEMPLATES}/session_cancelled", context)


def _put_off(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    told = loaded[messages[0].pk].told
    centre = told.appointment.practitioner.centre
    context = {"visit": told, "centre": centre, "portal": settings.PUBLIC_URL}
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    return rendering.email(f"{TEMPLATES}/{template}", context, reply_to=centre.email)


def _register(name: str, label: Promise, template: str) -> None:
    register(
        Kind(
            name=name,
            label=label,
            render=partial(_put_off, template=template),
            # Also once the hour has passed: who came in vain is owed the word all the more.
            addresses=partial(recheck.addresses, stands=recheck.is_awaited),
            load=kinds.load,
            quiet=Quiet.WAITS_IF_IT_CAN,
        )
    )


_register(ON_LIST, _("rendez-vous annulé, place gardée sur la liste"), "session_on_list")
_register(TO_CALL, _("rendez-vous annulé, la maison appelle"), "session_to_call")
register(Kind(name=CANCELLED, label=_("séance annulée par le partenaire"), render=_session_cancelled))
