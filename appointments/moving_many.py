"""Several visits of a day to another day or another person of the house: a time for each, or why there is none.

Pure: two queries. Each keeps its hour of the day as nearly as it can, and none gets a time that another one gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils.translation import gettext as _

from appointments.availability import Slot, free_slots
from appointments.models import Appointment, Audience, Status, VisitReason
from core import clock
from practitioners.models import Practitioner

ALL_OPENINGS = frozenset(Audience.values)
NOON = time(13)
MORNING, AFTERNOON = "matin", "apres-midi"


@dataclass(frozen=True)
class Target:
    practitioner: Practitioner
    day: date
    half: str = ""

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        start, end = clock.day_bounds(self.day)
        noon = clock.at(self.day, NOON)
        return (noon if self.half == AFTERNOON else start), (noon if self.half == MORNING else end)


@dataclass(frozen=True)
class Planned:
    """One visit with its new time, or the sentence that says why it stays."""

    visit: Appointment
    slot: Slot | None
    sentence: str = ""

    @property
    def value(self) -> str:
        """What the confirmation sends back: which visit, where it stood, where it goes."""
        start = self.slot.start if self.slot else 0
        return f"{self.visit.reference}.{int(self.visit.start_at.timestamp())}.{start}"


def plan(visits: Sequence[Appointment], target: Target, now: datetime) -> list[Planned]:
    reasons = _reasons(visits, target.practitioner)
    start, end = target.bounds
    slots = free_slots(
        list({reason.pk: reason for reason in reasons.values()}.values()),
        max(start, now),
        end,
        now=now,
        audiences=ALL_OPENINGS,
        ignore_notice=True,
    )
    given: list[tuple[datetime, datetime]] = []
    lines = []
    for visit in visits:
        line = _one(visit, reasons.get(visit.pk), slots, target, given)
        if line.slot is not None:
            given.append((line.slot.start_at, line.slot.blocked_until))
        lines.append(line)
    return lines


def _one(
    visit: Appointment,
    reason: VisitReason | None,
    slots: list[Slot],
    target: Target,
    given: list[tuple[datetime, datetime]],
) -> Planned:
    if visit.status != Status.BOOKED:
        state = visit.get_status_display()
        return Planned(visit, None, _("Déjà « %(state)s » : son heure ne change plus.") % {"state": state})
    if reason is None:
        who = target.practitioner.display_name
        return Planned(visit, None, _("%(who)s ne propose pas ce motif.") % {"who": who})
    wished = clock.at(target.day, clock.local(visit.start_at).time())
    fitting = [
        slot
        for slot in slots
        if slot.reason.pk == reason.pk
        and not any(slot.start_at < until and slot.blocked_until > since for since, until in given)
    ]
    if not fitting:
        return Planned(visit, None, _("Plus d’heure libre ce jour-là."))
    return Planned(visit, min(fitting, key=lambda slot: (abs(slot.start_at - wished), slot.start)))


def _reasons(visits: Sequence[Appointment], practitioner: Practitioner) -> dict[int, VisitReason]:
    """By key of the visit: its own reason, or the one of the same kind that the other person offers."""
    kinds = {visit.reason.category_id for visit in visits}
    own = {visit.reason_id for visit in visits if visit.practitioner_id == practitioner.pk}
    offered = list(
        VisitReason.objects.filter(Q(is_active=True, category__in=kinds) | Q(pk__in=own))
        .filter(practitioner=practitioner)
        .select_related("practitioner__centre", "practitioner__profession", "category")
        .order_by("position", "pk")
    )
    found = {}
    for visit in visits:
        same = [one for one in offered if one.pk == visit.reason_id] or [
            one
            for one in offered
            if one.category_id == visit.reason.category_id and one.place_kind == visit.place_kind
        ]
        named = [one for one in same if one.name == visit.reason.name]
        if same:
            found[visit.pk] = (named or same)[0]
    return found
