"""Where else the visits of a plan may be given. As it stands, for an absence; a room above brings its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from appointments.availability import Slot
from appointments.models import Appointment, VisitReason
from appointments.models.cascade import Step
from practitioners.models import Practitioner

# (practitioner, start, end) that are spoken for.
type Given = tuple[int, datetime, datetime]


class Places:
    """The same professional later, or what a colleague offers to everybody for the same."""

    # Openings looked at where `admits` says so, besides those for everybody and for who is followed already.
    audiences: frozenset[str] = frozenset()
    # Whether a time before the one that was lost is as good.
    may_be_earlier = False
    # Whether seats are counted here, person by person; else only what anybody may take is looked at.
    counts_seats = False

    def in_turn(self, visit: Appointment) -> Any:
        """Who chooses first: the smaller, the earlier."""
        return visit.start_at, visit.pk

    def reasons(self, visits: Sequence[Appointment]) -> list[VisitReason]:
        """All that may be given to any of them, with its practitioner; one query."""
        return list(
            VisitReason.objects.filter(
                Q(pk__in={visit.reason_id for visit in visits})
                | Q(bookable_by="everyone", practitioner__is_listed=True),
                is_active=True,
                category__in={visit.reason.category_id for visit in visits},
                practitioner__in=Practitioner.objects.active(),
            )
            .select_related("practitioner")
            .order_by("practitioner_id", "position", "pk")
        )

    def suits(self, visit: Appointment, reason: VisitReason, step: Step) -> bool:
        if step == Step.SAME:
            return reason.pk == visit.reason_id
        return (
            reason.category_id == visit.reason.category_id
            and reason.practitioner_id != visit.practitioner_id
            and reason.place_kind == visit.place_kind
        )

    def admits(self, visit: Appointment, reason: VisitReason) -> bool:
        """Whether openings that are not for everybody are open to this person for this."""
        return False

    def read_seats(self, visits: Sequence[Appointment], given: Collection[Given]) -> None:
        """Called once, after `reasons`, where `counts_seats`: what is left when all that is given is taken."""

    def has_seat(self, slot: Slot, visit: Appointment) -> bool:
        return True

    def give_seat(self, slot: Slot, visit: Appointment) -> None:
        """This plan gives it: there is one less for those who come after."""

    def key(self, visit: Appointment, step: Step) -> Callable[[Slot], Any]:
        """The same professional: the earliest later. Another: the nearest to the time that was."""
        wanted = visit.start_at.timestamp()
        if step == Step.SAME:
            return lambda slot: slot.start
        return lambda slot: abs(slot.start - wanted)
