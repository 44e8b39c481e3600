"""No booked patient is stranded silently: what surrounds every change of openings, absences and closures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from appointments.actions.close_offer import settle_offers
from appointments.actions.supervise import supervise
from appointments.coverage import coming_appointments, timetables, troubled
from appointments.models import Disruption
from appointments.models.disruption import Cause, Outcome
from appointments.models.waiting import RequestState
from appointments.supervision import trainees_with
from core import clock
from core.db import lock


@dataclass
class Watched:
    """Keys of the appointments that the change put on the worklist, and of those that it took off."""

    stranded: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)


@contextmanager
def watch(practitioner_ids: Collection[int], cause: Cause) -> Iterator[Watched]:
    """Inside the transaction of a change: appointments that were fine before and are not after get a worklist row.

    One that was booked outside the openings on purpose is not fine before, so that it never gets one; one that is
    fine again loses its row. The practitioner is locked, so that nobody books into an opening while it goes away.
    Trainees go with their supervisors: where nobody can answer for them any more, they are closed too.
    """
    practitioner_ids = sorted({*practitioner_ids, *trainees_with(practitioner_ids)})
    lock("agenda", *practitioner_ids)
    before = _troubled(practitioner_ids, cause)
    watched = Watched()
    yield watched
    # Asked again: the change may be the stay itself.
    supervise([pk for pk in trainees_with(practitioner_ids) if pk in practitioner_ids])
    after = _troubled(practitioner_ids, cause)
    now = clock.now()
    watched.stranded = sorted(after.keys() - before.keys())
    Disruption.objects.bulk_create(
        [Disruption(appointment_id=pk, cause=after[pk], since=now) for pk in watched.stranded],
        ignore_conflicts=True,
    )
    fine_again = Disruption.objects.open(now).of(practitioner_ids).exclude(appointment__in=after)
    watched.settled = sorted(fine_again.values_list("appointment_id", flat=True))
    if watched.settled:
        Disruption.objects.filter(appointment__in=watched.settled, settled_at=None).update(
            settled_at=now, outcome=Outcome.KEPT
        )
        settle_offers(watched.settled, RequestState.WITHDRAWN, actor=None)


def _troubled(practitioner_ids: Collection[int], cause: Cause) -> dict[int, Cause]:
    appointments = coming_appointments(practitioner_ids)
    return troubled(appointments, timetables(practitioner_ids, clock.now()), cause)
