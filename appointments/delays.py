"""Who is still to come to a practitioner who runs late, and how each is reached. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from appointments.models import Appointment, Status
from appointments.notifications.people import Addressee, addressees_of
from core import clock
from core.outbox.models import Channel


@dataclass(frozen=True)
class Expected:
    """One visit that begins later than promised."""

    appointment: Appointment
    at: datetime
    people: list[Addressee]

    @property
    def channels(self) -> list[Channel]:
        """By which means anybody is told; none: the desk has to call."""
        return sorted({channel for person in self.people for channel in person.channels})


def still_to_come(practitioner_id: int, minutes: int, now: datetime) -> list[Appointment]:
    """Today's booked visits that are not begun nor arrived, and whose new time is not past."""
    morning, midnight = clock.day_bounds(clock.local(now).date())
    joined = Appointment.objects.filter(
        practitioner=practitioner_id, accompanies__isnull=False, start_at__gte=morning, start_at__lt=midnight
    )
    visits = (
        Appointment.objects.with_details()
        .counted_once()
        .filter(
            Q(practitioner=practitioner_id) | Q(pk__in=joined.values("accompanies")),
            status=Status.BOOKED,
            start_at__gt=now - timedelta(minutes=minutes),
            start_at__gte=morning,
            start_at__lt=midnight,
        )
    )
    return list(visits.order_by("start_at", "pk"))


def expected(practitioner_id: int, minutes: int, now: datetime) -> list[Expected]:
    """Whom the announcement tells, and how; four queries at any number of visits."""
    visits = still_to_come(practitioner_id, minutes, now)
    people = addressees_of(visits)
    return [
        Expected(visit, visit.start_at + timedelta(minutes=minutes), people.get(visit.pk, []))
        for visit in visits
    ]


def later_time(appointment: Appointment, minutes: int, now: datetime) -> datetime | None:
    """When this visit of today is to be expected instead; None where the delay does not concern it any more."""
    is_today = clock.local(appointment.start_at).date() == clock.local(now).date()
    waits = appointment.status in (Status.BOOKED, Status.ARRIVED)
    at = appointment.start_at + timedelta(minutes=minutes)
    return at if minutes and is_today and waits and at > now else None
