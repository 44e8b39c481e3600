"""Who may see, enrol in or run a workshop. Hidden and missing answer the same 404.

Names of those who are enrolled are for the animators and the desk; the other colleagues see seats.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from accounts.access import Visitor
from accounts.models import User
from appointments.access import Reader, schedule_reader
from appointments.converters import is_reference
from appointments.models import Enrolment, Workshop, WorkshopCycle, WorkshopSession
from appointments.models.workshop import WorkshopQuerySet
from appointments.workshops import Offer, cycles_with_dates, offer_of
from core.audit.record import record
from patients.access import patients_of


@dataclass(frozen=True)
class Crew:
    """Somebody who works here, before the workshops of the house."""

    reader: Reader
    runs: frozenset[int]

    @property
    def may_create(self) -> bool:
        return self.reader.is_desk or self.reader.practitioner_id is not None

    def may_run(self, workshop: Workshop) -> bool:
        return self.reader.is_desk or workshop.pk in self.runs

    def title_of(self, workshop: Workshop) -> str:
        return workshop.title if self.may_run(workshop) else workshop.public_title


def crew(user: Visitor) -> Crew:
    """404 for whoever does not work here. Two queries."""
    reader = schedule_reader(user)
    runs = Workshop.objects.filter(animators=reader.practitioner_id or 0).order_by()
    return Crew(reader, frozenset(runs.values_list("pk", flat=True)))


def public_workshop(slug: str) -> Workshop:
    """What the site announces; a sensitive workshop answers like one that does not exist."""
    found = (
        Workshop.objects.public()
        .select_related("centre", "place", "room")
        .prefetch_related("animators__profession")
        .filter(slug=slug)
        .first()
    )
    if found is None:
        raise Http404
    return found


def public_cycle(slug: str, pk: int) -> Offer:
    """A date to come of an announced workshop."""
    announced = Workshop.objects.public().filter(slug=slug).values("pk")
    cycle = cycles_with_dates(WorkshopCycle.objects.coming().filter(pk=pk, workshop__in=announced)).first()
    if cycle is None:
        raise Http404
    return offer_of(cycle)


def seats_of(patients: Collection[int], now: datetime) -> list[tuple[Enrolment, Offer]]:
    """Seats and waiting places of dates still to come, the next date first; three queries."""
    coming = WorkshopSession.objects.coming(now).values("cycle")
    rows = list(Enrolment.objects.active().with_details().filter(patient__in=patients, cycle__in=coming))
    cycles = WorkshopCycle.objects.filter(pk__in=[row.cycle_id for row in rows])
    found = {cycle.pk: offer_of(cycle, now) for cycle in cycles_with_dates(cycles)} if rows else {}
    pairs = [(row, found[row.cycle_id]) for row in rows]
    return sorted(pairs, key=lambda pair: (pair[1].first.start_at, pair[0].pk))


def get_enrolment_for(user: Visitor, reference: str) -> Enrolment:
    """An enrolment of somebody for whom this account acts."""
    found = (
        Enrolment.objects.with_details()
        .filter(reference=reference, patient__in=patients_of(user).values("pk"))
        .first()
        if is_reference(reference)
        else None
    )
    if found is None:
        raise Http404
    return found


def staff_workshops(who: Crew) -> WorkshopQuerySet:
    """All of them: that a time is taken, everybody of the house sees."""
    return Workshop.objects.select_related("place", "room", "centre").prefetch_related("animators")


def get_workshop_for_staff(who: Crew, pk: int) -> Workshop:
    found = staff_workshops(who).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_workshop_to_run(who: Crew, pk: int) -> Workshop:
    found = get_workshop_for_staff(who, pk)
    if not who.may_run(found):
        raise Http404
    return found


def get_session_for_staff(who: Crew, pk: int) -> WorkshopSession:
    found = WorkshopSession.objects.with_workshop().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_session_to_run(who: Crew, pk: int) -> WorkshopSession:
    found = get_session_for_staff(who, pk)
    if not who.may_run(found.cycle.workshop):
        raise Http404
    return found


def get_enrolment_to_run(who: Crew, reference: str) -> Enrolment:
    found = Enrolment.objects.with_details().filter(reference=reference).first()
    if found is None or not who.may_run(found.cycle.workshop):
        raise Http404
    return found


def cycles_to_run(who: Crew) -> Q:
    """Of the cycles, those this person may enrol somebody in."""
    return Q() if who.reader.is_desk else Q(workshop__in=who.runs)


def get_workshop_to_export(user: User, pk: int) -> Workshop:
    """A list of names leaves the portal as a file: the trail says who took it."""
    found = get_workshop_to_run(crew(user), pk)
    record(user, "workshop.exported", found)
    return found
