"""The dates of workshops with their seats, as the screens show them. Pure knowledge: reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import eligibility
from appointments.models import Enrolment, EnrolmentState, Workshop, WorkshopCycle, WorkshopSession
from appointments.models.workshop import WhoMayEnrol
from core import clock
from patients.models import Patient


@dataclass(frozen=True)
class Offer:
    """A cycle at this moment: its dates, its seats and what may be done online."""

    cycle: WorkshopCycle
    sessions: Sequence[WorkshopSession]
    waiting: int
    now: datetime

    @property
    def standing(self) -> list[WorkshopSession]:
        return [session for session in self.sessions if not session.is_cancelled]

    @property
    def coming(self) -> list[WorkshopSession]:
        return [session for session in self.standing if session.start_at > self.now]

    @property
    def first(self) -> WorkshopSession:
        """The date by which the cycle is named: the next one, else its first."""
        return (self.coming or self.standing or list(self.sessions))[0]

    @property
    def is_series(self) -> bool:
        return len(self.standing) > 1

    @property
    def has_begun(self) -> bool:
        return any(session.start_at <= self.now for session in self.standing)

    @property
    def is_open(self) -> bool:
        """A series that is followed whole is not joined in the middle, unless the team says so."""
        return bool(self.coming) and not self.has_begun

    @property
    def is_full(self) -> bool:
        return self.cycle.is_full

    @property
    def seats_label(self) -> str:
        """The truth in few words."""
        if self.is_full:
            return _("complet : liste d’attente")
        return ngettext("%d place", "%d places", self.cycle.seats_left) % self.cycle.seats_left

    @property
    def withdraw_until(self) -> datetime:
        limit = timedelta(hours=self.cycle.workshop.withdraw_limit_hours)
        return min(session.start_at for session in self.standing or self.sessions) - limit


def cycles_with_dates(cycles: QuerySet[WorkshopCycle]) -> QuerySet[WorkshopCycle]:
    """Each with its workshop, its dates and the length of its waiting list; two queries."""
    dates = WorkshopSession.objects.select_related("place", "room").order_by("start_at", "pk")
    return (
        cycles.select_related("workshop__centre", "workshop__place", "workshop__room")
        .prefetch_related(Prefetch("sessions", queryset=dates))
        .annotate(waiting=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING)))
        .order_by("pk")
    )


def offer_of(cycle: WorkshopCycle, now: datetime | None = None) -> Offer:
    """From a row of `cycles_with_dates`."""
    return Offer(cycle, list(cycle.sessions.all()), getattr(cycle, "waiting", 0), now or clock.now())


def read_offer(cycle_id: int, now: datetime | None = None) -> Offer:
    return offer_of(cycles_with_dates(WorkshopCycle.objects.filter(pk=cycle_id)).get(), now)


def offers(cycles: QuerySet[WorkshopCycle], now: datetime | None = None) -> list[Offer]:
    """In order of their next date."""
    rows = [offer_of(cycle, now) for cycle in cycles_with_dates(cycles)]
    return sorted(rows, key=lambda offer: (offer.first.start_at, offer.cycle.pk))


def public_offers(now: datetime | None = None) -> list[Offer]:
    """What the site announces: open dates of workshops that are no secret."""
    now = now or clock.now()
    announced = WorkshopCycle.objects.coming(now).filter(workshop__in=Workshop.objects.public().values("pk"))
    return [offer for offer in offers(announced, now) if offer.is_open]


def announced(now: datetime | None = None, count: int = 3) -> list[WorkshopSession]:
    """The next date of each of the next workshops, for the home page; one query."""
    now = now or clock.now()
    begun = WorkshopSession.objects.standing().filter(cycle=OuterRef("cycle"), start_at__lte=now)
    coming = (
        WorkshopSession.objects.coming(now)
        .filter(~Exists(begun), cycle__workshop__is_listed=True, cycle__workshop__is_sensitive=False)
        .select_related("cycle__workshop")
        .order_by("start_at", "pk")
    )
    found: dict[int, WorkshopSession] = {}
    for session in coming[: 10 * count]:
        found.setdefault(session.cycle.workshop_id, session)
    return list(found.values())[:count]


def sessions_on(day: date, practitioners: Collection[int]) -> list[WorkshopSession]:
    """What these people animate that day; one query."""
    start, end = clock.day_bounds(day)
    rows = WorkshopSession.objects.standing().filter(
        hosts__practitioner__in=practitioners, start_at__lt=end, end_at__gt=start
    )
    return list(rows.with_workshop().order_by("start_at", "pk").distinct())


def by_workshop(rows: Sequence[Offer]) -> list[tuple[Workshop, list[Offer]]]:
    """Each workshop once, in the order of its next date."""
    found: dict[int, tuple[Workshop, list[Offer]]] = {}
    for offer in rows:
        found.setdefault(offer.cycle.workshop_id, (offer.cycle.workshop, []))[1].append(offer)
    return list(found.values())


def position_of(enrolment: Enrolment) -> int:
    """1 for whoever is next."""
    ahead = Enrolment.objects.waiting().filter(cycle=enrolment.cycle_id, queue__lt=enrolment.queue or 0)
    return ahead.count() + 1


def people_who_may(workshop: Workshop, patients: Sequence[Patient], day: datetime) -> dict[int, str | None]:
    """For each person the sentence that refuses, or None. At most three queries."""
    known = known_here(patients) if workshop.who == WhoMayEnrol.KNOWN else set()
    return {patient.pk: why_not(workshop, patient, day, known) for patient in patients}


def known_here(patients: Sequence[Patient]) -> set[int]:
    """Those whom somebody of the house follows already."""
    if not patients:
        return set()
    return {patient for patient, _practitioner in eligibility.known_practitioners(patients)}


def why_not(workshop: Workshop, patient: Patient, day: datetime, known: set[int]) -> str | None:
    """The sentence that refuses, or None. Costs no query."""
    if is_gone(patient):
        return _("Cette fiche n’est plus active. Adressez-vous au secrétariat.")
    if workshop.who == WhoMayEnrol.INVITED:
        return _("Cet atelier se fait sur invitation : parlez-en à votre professionnel de santé.")
    if workshop.min_age and patient.age_on(clock.local(day).date()) < workshop.min_age:
        return _("Cet atelier est proposé à partir de %(age)s ans.") % {"age": workshop.min_age}
    if workshop.who == WhoMayEnrol.KNOWN and patient.pk not in known:
        return _(
            "Cet atelier est réservé aux patients déjà suivis dans la maison."
            " Appelez le secrétariat si c’est votre cas."
        )
    return None


def is_gone(patient: Patient) -> bool:
    return bool(patient.deceased_on or patient.erased_at or patient.merged_into_id)
