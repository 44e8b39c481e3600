"""How many visits of a programme a patient has left: counted from his appointments, never kept beside them. Reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    BookingCap,
    CareEpisode,
    Period,
    Status,
    VisitReason,
)
from core import clock
from core.refusal import Refusal
from patients.models import Patient

# A visit that the patient missed was not given: it is not paid for and does not count.
COUNTED = ACTIVE_STATES - {Status.NO_SHOW}


@dataclass(frozen=True)
class Count:
    """One patient and one cap, in the year or the episode of a day."""

    cap: BookingCap
    used: int
    since: date
    until: date | None

    @property
    def left(self) -> int:
        return max(0, self.cap.most - self.used)

    @property
    def period_words(self) -> str:
        if self.cap.period == Period.YEAR:
            return _("en %(year)s") % {"year": self.since.year}
        return _("sans nouvel épisode de soins")


class CapReached(Refusal):
    """The law allows no more. `may_be_exceeded`: the team may, with a written reason."""

    def __init__(self, sentence: str, *, may_be_exceeded: bool) -> None:
        super().__init__(sentence)
        self.may_be_exceeded = may_be_exceeded


def count_on(
    reason: VisitReason, patient: Patient, day: date, *, without: Collection[int] = ()
) -> Count | None:
    """What counts for a visit on this day; None where no cap holds. At most three queries, none without programme."""
    if reason.programme_id is None:
        return None
    cap = BookingCap.objects.on(day).filter(programme=reason.programme_id).select_related("programme").first()
    return _count(cap, patient, day, without) if cap is not None else None


def counts_of(patient: Patient) -> list[Count]:
    """Where the patient stands today, for each programme that he has used."""
    today = clock.today()
    used = Appointment.objects.filter(patient=patient, status__in=COUNTED, reason__programme__isnull=False)
    caps = BookingCap.objects.on(today).filter(programme__in=used.values("reason__programme"))
    counts = [_count(cap, patient, today, ()) for cap in caps.select_related("programme")]
    return [count for count in counts if count.used]


def why_full(
    reason: VisitReason,
    patient: Patient,
    starts: Iterable[datetime],
    *,
    without: Collection[int] = (),
) -> CapReached | None:
    """The refusal where these visits would be too many, or None. Final under the patient's lock only."""
    if reason.programme_id is None:
        return None
    asked: dict[tuple[int, date], int] = {}
    for start_at in sorted(starts):
        count = count_on(reason, patient, clock.local(start_at).date(), without=without)
        if count is None:
            continue
        key = (count.cap.pk, count.since)
        asked[key] = asked.get(key, 0) + 1
        if asked[key] > count.left:
            return CapReached(_sentence(count), may_be_exceeded=count.cap.may_be_exceeded)
    return None


def hold_cap(
    reason: VisitReason,
    patient: Patient,
    starts: Iterable[datetime],
    *,
    despite: str = "",
    without: Collection[int] = (),
) -> None:
    """Raise `CapReached`, unless the team set aside this very sentence, where the law lets it.

    Under the patient's lock: two desks that take the last seat at once are one after the other here.
    """
    refusal = why_full(reason, patient, starts, without=without)
    if refusal is not None and not (refusal.may_be_exceeded and str(refusal.sentence) in despite):
        raise refusal


def hold_cap_of_move(visit: Appointment, reason: VisitReason, start_at: datetime) -> None:
    """Another year, or another kind of visit, may be full; within the same count a visit moves freely."""
    if visit.patient is None or reason.programme_id is None:
        return
    before = count_on(visit.reason, visit.patient, clock.local(visit.start_at).date(), without=[visit.pk])
    after = count_on(reason, visit.patient, clock.local(start_at).date(), without=[visit.pk])
    if before and after and (before.cap, before.since) == (after.cap, after.since):
        return
    hold_cap(reason, visit.patient, [start_at], without=[visit.pk])


def _count(cap: BookingCap, patient: Patient, day: date, without: Collection[int]) -> Count:
    since, until = _bounds(cap, patient, day)
    visits = _visits(cap, patient, since, until).exclude(pk__in=without)
    return Count(cap, visits.count(), since, until)


def _bounds(cap: BookingCap, patient: Patient, day: date) -> tuple[date, date | None]:
    if cap.period == Period.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    episodes = CareEpisode.objects.filter(patient=patient, programme=cap.programme_id)
    opened = sorted(episodes.values_list("since", flat=True))
    since = max((one for one in opened if one <= day), default=date.min)
    until = min((one for one in opened if one > day), default=None)
    return since, until


def _visits(cap: BookingCap, patient: Patient, since: date, until: date | None) -> QuerySet[Appointment]:
    visits = Appointment.objects.counted_once().filter(
        patient=patient, reason__programme=cap.programme_id, status__in=COUNTED
    )
    if since > date.min:
        visits = visits.filter(start_at__gte=clock.day_bounds(since)[0])
    if until is not None:
        last = clock.day_bounds(until)
        visits = visits.filter(start_at__lt=last[1] if cap.period == Period.YEAR else last[0])
    return visits


def _sentence(count: Count) -> str:
    """What is used up, and the way out."""
    words = {"programme": count.cap.programme.name, "most": count.cap.most}
    if count.cap.period == Period.YEAR:
        taken = ngettext(
            "« %(programme)s » permet %(most)s séance par année civile, et elle est prise.",
            "« %(programme)s » permet %(most)s séances par année civile, et elles sont toutes prises.",
            count.cap.most,
        )
        way_out = _(
            "Choisissez une date l’an prochain, ou parlez-en à votre médecin : il peut proposer une autre suite."
        )
    else:
        taken = ngettext(
            "« %(programme)s » permet %(most)s séance sans diagnostic du médecin, et elle est prise.",
            "« %(programme)s » permet %(most)s séances sans diagnostic du médecin, et elles sont toutes prises.",
            count.cap.most,
        )
        way_out = _("Voyez d’abord votre médecin : avec son ordonnance, les séances peuvent continuer.")
    return f"{taken % words} {way_out}"
