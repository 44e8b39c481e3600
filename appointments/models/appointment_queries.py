"""Questions that many ask about appointments."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from appointments.models.states import ACTIVE_STATES, Status
from core import clock

if TYPE_CHECKING:
    from appointments.models.appointment import Appointment  # noqa: F401


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def active(self) -> AppointmentQuerySet:
        """Somebody expects to come, or came: neither held, nor abandoned, nor cancelled."""
        return self.filter(status__in=ACTIVE_STATES)

    def coming(self, now: datetime | None = None) -> AppointmentQuerySet:
        return self.filter(status=Status.BOOKED, start_at__gte=now or clock.now())

    def past(self, now: datetime | None = None) -> AppointmentQuerySet:
        return self.active().filter(start_at__lt=now or clock.now())

    def overlapping(self, start: datetime, end: datetime) -> AppointmentQuerySet:
        return self.filter(occupies=True, start_at__lt=end, blocked_until__gt=start)

    def counted_once(self) -> AppointmentQuerySet:
        """As the patient sees them: what a second professional adds to a visit is no visit of its own."""
        return self.filter(accompanies=None)

    def with_companions(self) -> AppointmentQuerySet:
        """Who else receives at the same time; one query."""
        others = self.model.objects.select_related("practitioner__profession", "reason").order_by("pk")
        return self.prefetch_related(models.Prefetch("companions", others))

    def stale_holds(self, now: datetime | None = None) -> AppointmentQuerySet:
        return self.filter(status=Status.HELD, held_until__lte=now or clock.now())

    def with_details(self) -> AppointmentQuerySet:
        return self.select_related(
            "practitioner__profession",
            "practitioner__centre",
            "patient",
            "reason",
            "place",
            "room",
        )
