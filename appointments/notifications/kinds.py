"""How the messages of this room are written when they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import ics, notifications
from appointments.models import Appointment
from appointments.models.reminder import ReminderKind
from appointments.notifications import recheck
from appointments.notifications.plan import REMINDER
from appointments.supervision import answering_for
from appointments.ways_in import WayIn, ways_in
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Attachment, Rendered
from core.web.public import public_address
from patients.models import NoticePreference, Proxy
from patients.models.proxy import Relation
from patients.signals import notices_changed, records_changed_hands
from practitioners.models import Practitioner

TEMPLATES = "appointments/messages"


@dataclass(frozen=True)
class Told:
    """One visit as one person may read of it: nothing here says what it is for."""

    appointment: Appointment
    # Empty for his own visit; a relative is called by the first name.
    relative: str
    previous_start: datetime | None
    # Where the practitioner runs late: by how much.
    late: timedelta = timedelta(0)
    # Where somebody in training receives: who answers for him.
    supervisor: str = ""
    # Where it is given through a screen: the link of this very patient.
    way_in: WayIn | None = None

    @property
    def expected_at(self) -> datetime:
        return self.appointment.start_at + self.late

    @property
    def late_minutes(self) -> int:
        return int(self.late.total_seconds()) // 60

    @property
    def start_at(self) -> datetime:
        return self.appointment.start_at

    @property
    def practitioner(self) -> str:
        appointment = self.appointment
        reasons = [appointment.reason, *(other.reason for other in appointment.companions.all())]
        return "" if any(reason.is_sensitive for reason in reasons) else appointment.received_by

    @property
    def where(self) -> str:
        return ics.where(self.appointment)

    @property
    def is_at_place(self) -> bool:
        return self.appointment.place_kind == "centre"

    @property
    def reference(self) -> str:
        return self.appointment.reference

    @property
    def link(self) -> str:
        return ics.url_of(self.appointment)

    @property
    def arrival_link(self) -> str:
        """Where he says that he is there, on the day, without signing in."""
        return f"{public_address('door', self.appointment.place_id)}?r={self.reference}"


@dataclass(frozen=True)
class Known:
    told: Told
    unsubscribe_key: str


def load(messages: Sequence[OutboxMessage]) -> dict[int, Known]:
    """Five queries, however many messages; one more where a visit is given by video."""
    visits = (
        Appointment.objects.select_related("practitioner__centre", "patient", "reason", "place")
        .with_companions()
        .order_by()
        .in_bulk({message.subject_id for message in messages})
    )
    users = {message.recipient_id for message in messages if message.recipient_id}
    keys = dict(NoticePreference.objects.filter(user__in=users).values_list("user_id", "unsubscribe_key"))
    selves = selves_of(messages)
    answering = answering_for(list(visits.values()))
    entries = ways_in(visits.values())
    return {
        message.pk: Known(
            told(message, visits[message.subject_id or 0], selves, answering, entries),
            str(keys.get(message.recipient_id or 0, "")),
        )
        for message in messages
    }


def selves_of(messages: Sequence[OutboxMessage]) -> set[tuple[int, int]]:
    """(account, patient) pairs of people who read of their own visits; one query."""
    users = {message.recipient_id for message in messages if message.recipient_id}
    return set(
        Proxy.objects.in_force()
        .filter(user__in=users, relation=Relation.SELF)
        .values_list("user_id", "patient_id")
    )


def told(
    message: OutboxMessage,
    appointment: Appointment,
    selves: set[tuple[int, int]],
    answering: Mapping[int, Practitioner] = MappingProxyType({}),
    entries: Mapping[int, WayIn] = MappingProxyType({}),
) -> Told:
    patient = appointment.patient
    is_own = message.recipient_id is None or (message.recipient_id, appointment.patient_id) in selves
    previous = message.payload.get("previous_start")
    return Told(
        appointment=appointment,
        relative="" if is_own or patient is None else patient.first_name,
        previous_start=datetime.fromisoformat(previous) if previous else None,
        supervisor=answering[appointment.pk].display_name if appointment.pk in answering else "",
        late=timedelta(minutes=message.payload.get("minutes", 0)),
        way_in=entries.get(appointment.pk),
    )


def render(
    messages: Sequence[OutboxMessage],
    loaded: Loaded,
    *,
    template: str,
    calendar: str = "",
    can_stop: bool = False,
) -> Rendered:
    known: list[Known] = sorted(
        (loaded[message.pk] for message in messages), key=lambda one: one.told.start_at
    )
    visits = [one.told for one in known]
    first = visits[0]
    context: dict[str, Any] = {
        "visits": visits,
        "visit": first,
        "centre": first.appointment.practitioner.centre,
        "portal": settings.PUBLIC_URL,
        "book_url": public_address("find"),
    }
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    headers = {}
    if can_stop and known[0].unsubscribe_key:
        address = public_address("unsubscribe", known[0].unsubscribe_key)
        context["unsubscribe_url"] = address
        headers = rendering.one_click_stop(address)
    return rendering.email(
        f"{TEMPLATES}/{template}",
        context,
        attachments=tuple(_attachment(one.appointment, calendar) for one in visits if calendar),
        headers=headers,
        reply_to=first.appointment.practitioner.centre.email,
    )


def _attachment(appointment: Appointment, method: str) -> Attachment:
    return Attachment(
        name="rendez-vous.ics",
        content=ics.calendar_for(appointment, method).decode(),
        subtype="calendar",
        parameters={"method": method},
    )


def _register(
    name: str, label: Promise, template: str, calendar: str = "", quiet: Quiet = Quiet.IGNORES
) -> None:
    called_off = calendar == "CANCEL"
    register(
        Kind(
            name=name,
            label=label,
            render=partial(render, template=template, calendar=calendar),
            addresses=partial(
                recheck.addresses, stands=recheck.is_called_off if called_off else recheck.is_coming
            ),
            load=load,
            quiet=quiet,
        )
    )


def _register_delay(name: str, label: Promise, template: str, *, lifted: bool) -> None:
    """Never held back by the night: who is told in the morning has already left home."""
    register(
        Kind(
            name=name,
            label=label,
            render=partial(render, template=template),
            addresses=partial(recheck.of_delay, lifted=lifted),
            load=load,
        )
    )


def _register_reminder(kind: ReminderKind, label: Promise, place: int, merges_within: timedelta) -> None:
    register(
        Kind(
            name=REMINDER + kind.value,
            label=label,
            render=partial(render, template="reminder", can_stop=True),
            addresses=partial(recheck.addresses, stands=recheck.is_coming, reminder=place),
            load=load,
            quiet=Quiet.WAITS,
            merges_within=merges_within,
        )
    )


@receiver(notices_changed, dispatch_uid="appointments.rewrite_reminders")
def rewrite_reminders(sender: Any, user: AbstractBaseUser, **_: Any) -> None:
    notifications.preferences_changed(user)


@receiver(records_changed_hands, dispatch_uid="appointments.readdress_reminders")
def readdress_reminders(sender: Any, patients: Collection[int], **_: Any) -> None:
    notifications.records_changed_hands(patients)


_register(notifications.BOOKED, _("rendez-vous confirmé"), "booked", "PUBLISH")
_register(notifications.MOVED, _("rendez-vous déplacé"), "moved", "PUBLISH")
_register(
    notifications.MOVED_BY_CENTRE,
    _("rendez-vous déplacé par la maison"),
    "moved_by_centre",
    "PUBLISH",
    Quiet.WAITS_IF_IT_CAN,
)
_register(notifications.CANCELLED, _("rendez-vous annulé"), "cancelled", "CANCEL")
_register(
    notifications.CANCELLED_BY_CENTRE,
    _("rendez-vous annulé par la maison"),
    "cancelled_by_centre",
    "CANCEL",
    Quiet.WAITS_IF_IT_CAN,
)
_register(notifications.DISRUPTED, _("rendez-vous à replacer"), "disrupted", quiet=Quiet.WAITS_IF_IT_CAN)
_register_delay(notifications.LATE, _("retard annoncé"), "late", lifted=False)
_register_delay(notifications.ON_TIME, _("retard rattrapé"), "on_time", lifted=True)
_register_reminder(ReminderKind.WEEK_BEFORE, _("rappel une semaine avant"), 0, timedelta(hours=24))
_register_reminder(ReminderKind.DAYS_BEFORE, _("rappel deux jours avant"), 1, timedelta(hours=24))
# Two visits three hours apart: the second deserves a reminder of its own.
_register_reminder(ReminderKind.HOURS_BEFORE, _("rappel deux heures avant"), 2, timedelta(hours=2))
