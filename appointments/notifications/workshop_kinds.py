"""How the messages about workshops are looked at once more and written when they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import workshop_ics as ics
from appointments.models import Enrolment, EnrolmentState, SessionState, WorkshopSession
from appointments.notifications import workshops as notifications
from appointments.notifications.recheck import Visit, address_today, contacts_of
from appointments.workshops import is_gone
from core import clock
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Attachment, Rendered
from core.web.public import public_address
from patients.models import NoticePreference, Proxy
from patients.models.proxy import Relation
from patients.signals import notices_changed, records_changed_hands

TEMPLATES = "appointments/messages"
DAYS_BEFORE = 1  # the place of its switch among the person's choices

type Stands = Callable[[Enrolment, WorkshopSession, datetime], bool]


@dataclass(frozen=True)
class Told:
    """A seat as one person may read of it."""

    enrolment: Enrolment
    session: WorkshopSession
    others: Sequence[WorkshopSession]
    relative: str
    previous_start: datetime | None
    unsubscribe_key: str

    @property
    def where(self) -> str:
        return self.session.place.one_line_address

    @property
    def link(self) -> str:
        return ics.url_of(self.enrolment)


def addresses(
    messages: Sequence[OutboxMessage], stands: Stands, reminder: int | None = None
) -> dict[int, str]:
    """Does the seat stand as it was told, and where is the person reached today? Three queries for a batch."""
    enrolments = _enrolments(messages)
    sessions = WorkshopSession.objects.in_bulk({message.payload["session"] for message in messages})
    contacts = contacts_of({row.patient_id for row in enrolments.values()})
    now = clock.now()
    found: dict[int, str] = {}
    for message in messages:
        row, session = enrolments.get(message.subject_id or 0), sessions.get(message.payload["session"])
        if row is None or session is None or not _as_told(message, row, session):
            continue
        if stands(row, session, now) and (address := address_today(message, _visit(row), contacts, reminder)):
            found[message.pk] = address
    return found


def _enrolments(messages: Sequence[OutboxMessage]) -> dict[int, Enrolment]:
    keys = {message.subject_id for message in messages if message.subject_id}
    return Enrolment.objects.with_details().in_bulk(keys)


def _as_told(message: OutboxMessage, row: Enrolment, session: WorkshopSession) -> bool:
    patient = row.patient
    if is_gone(patient):
        return False
    told = (message.payload["sequence"], message.payload["session_sequence"])
    return told == (row.sequence, session.sequence)


def _visit(row: Enrolment) -> Visit:
    patient = row.patient
    return Visit(
        row.sequence, row.state, row.asked_at, patient.pk, False, patient.email, str(patient.phone or "")
    )


def has_seat(row: Enrolment, session: WorkshopSession, now: datetime) -> bool:
    return row.has_seat and _is_coming(session, now)


def waits(row: Enrolment, session: WorkshopSession, now: datetime) -> bool:
    return row.is_waiting and _is_coming(session, now)


def expects(row: Enrolment, session: WorkshopSession, now: datetime) -> bool:
    return row.is_active and _is_coming(session, now)


def has_left(row: Enrolment, session: WorkshopSession, now: datetime) -> bool:
    return row.state == EnrolmentState.CANCELLED


def called_off(row: Enrolment, session: WorkshopSession, now: datetime) -> bool:
    return session.is_cancelled


def _is_coming(session: WorkshopSession, now: datetime) -> bool:
    return session.state == SessionState.PLANNED and session.start_at > now


def load(messages: Sequence[OutboxMessage]) -> dict[int, Told]:
    """Four queries, however many messages."""
    enrolments = _enrolments(messages)
    dates: dict[int, list[WorkshopSession]] = defaultdict(list)
    rows = WorkshopSession.objects.filter(cycle__in={row.cycle_id for row in enrolments.values()})
    for session in rows.select_related("place").order_by("start_at", "pk"):
        dates[session.cycle_id].append(session)
    users = {message.recipient_id for message in messages if message.recipient_id}
    keys = dict(NoticePreference.objects.filter(user__in=users).values_list("user_id", "unsubscribe_key"))
    own = Proxy.objects.in_force().filter(user__in=users, relation=Relation.SELF)
    selves = set(own.values_list("user_id", "patient_id"))
    return {
        message.pk: _told(message, enrolments[message.subject_id or 0], dates, keys, selves)
        for message in messages
    }


def _told(
    message: OutboxMessage,
    row: Enrolment,
    dates: Mapping[int, Sequence[WorkshopSession]],
    keys: Mapping[int, Any],
    selves: set[tuple[int, int]],
) -> Told:
    now = clock.now()
    is_own = message.recipient_id is None or (message.recipient_id, row.patient_id) in selves
    previous = message.payload.get("previous_start")
    session = next(one for one in dates[row.cycle_id] if one.pk == message.payload["session"])
    others = [one for one in dates[row.cycle_id] if _is_coming(one, now) and one.pk != session.pk]
    return Told(
        enrolment=row,
        session=session,
        others=others,
        relative="" if is_own else row.patient.first_name,
        previous_start=datetime.fromisoformat(previous) if previous else None,
        unsubscribe_key=str(keys.get(message.recipient_id or 0, "")),
    )


def render(
    messages: Sequence[OutboxMessage],
    loaded: Loaded,
    *,
    template: str,
    calendar: str = "",
    can_stop: bool = False,
) -> Rendered:
    told: Told = loaded[messages[0].pk]
    centre = told.enrolment.cycle.workshop.centre
    context: dict[str, Any] = {
        "seat": told,
        "session": told.session,
        "centre": centre,
        "portal": settings.PUBLIC_URL,
        "workshops_url": public_address("workshops"),
    }
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    headers = {}
    if can_stop and told.unsubscribe_key:
        address = public_address("unsubscribe", told.unsubscribe_key)
        context["unsubscribe_url"] = address
        headers = rendering.one_click_stop(address)
    return rendering.email(
        f"{TEMPLATES}/{template}",
        context,
        # Who only waited has nothing in his calendar.
        attachments=(_attachment(told, calendar),) if calendar and told.enrolment.seated_at else (),
        headers=headers,
        reply_to=centre.email,
    )


def _attachment(told: Told, method: str) -> Attachment:
    sessions = (
        [told.session] if method == "CANCEL" and told.enrolment.is_active else [told.session, *told.others]
    )
    return Attachment(
        name="atelier.ics",
        content=ics.calendar_for(told.enrolment, sessions, method).decode(),
        subtype="calendar",
        parameters={"method": method},
    )


def _register(
    name: str,
    label: Promise,
    template: str,
    stands: Stands,
    *,
    calendar: str = "",
    quiet: Quiet = Quiet.IGNORES,
    reminder: int | None = None,
) -> None:
    register(
        Kind(
            name=name,
            label=label,
            render=partial(render, template=template, calendar=calendar, can_stop=reminder is not None),
            addresses=partial(addresses, stands=stands, reminder=reminder),
            load=load,
            quiet=quiet,
        )
    )


@receiver(notices_changed, dispatch_uid="workshops.preferences_changed")
def preferences_changed(sender: Any, user: AbstractBaseUser, **_: Any) -> None:
    mine = Proxy.objects.in_force().filter(user_id=user.pk).values_list("patient_id", flat=True)
    notifications.rewrite_reminders(list(mine))


@receiver(records_changed_hands, dispatch_uid="workshops.records_changed_hands")
def hands_changed(sender: Any, patients: list[int], **_: Any) -> None:
    notifications.rewrite_reminders(patients)


NEWS = Quiet.WAITS_IF_IT_CAN
_register(
    notifications.ENROLLED,
    _("inscription à un atelier"),
    "workshop_enrolled",
    has_seat,
    calendar="PUBLISH",
)
_register(notifications.WAITING, _("liste d’attente d’un atelier"), "workshop_waiting", waits)
_register(
    notifications.SEATED,
    _("place obtenue dans un atelier"),
    "workshop_seated",
    has_seat,
    calendar="PUBLISH",
    quiet=NEWS,
)
_register(notifications.LEFT, _("désinscription d’un atelier"), "workshop_left", has_left, calendar="CANCEL")
_register(
    notifications.LEFT_BY_HOUSE,
    _("désinscription d’un atelier par la maison"),
    "workshop_left_by_house",
    has_left,
    calendar="CANCEL",
    quiet=NEWS,
)
_register(
    notifications.MOVED, _("atelier déplacé"), "workshop_moved", expects, calendar="PUBLISH", quiet=NEWS
)
_register(
    notifications.CANCELLED,
    _("atelier annulé"),
    "workshop_cancelled",
    called_off,
    calendar="CANCEL",
    quiet=NEWS,
)
_register(
    notifications.REMINDER,
    _("rappel d’atelier"),
    "workshop_reminder",
    has_seat,
    quiet=Quiet.WAITS,
    reminder=DAYS_BEFORE,
)
