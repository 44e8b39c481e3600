"""Real free times for a step that is due, by the engine of every booking; and visits that may be it already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from appointments import eligibility
from appointments.availability import Slot, free_slots
from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    AppointmentSeries,
    Bookability,
    Status,
    VisitReason,
)
from appointments.seating import NOBODY, Seeker
from appointments.staff_search import ALL_OPENINGS, staff_reasons
from coordination.models import PathwayStep
from coordination.pathway_plan import Standing
from core import clock
from patients.models import Patient

TO_OFFER = 9
BEYOND = timedelta(days=21)


def reasons_for(step: PathwayStep) -> list[VisitReason]:
    """With the professional of the step where it has one, else with all who have this kind of visit. One query."""
    if step.source.category_id is None:
        return []
    fitting = [one for one in staff_reasons() if one.category_id == step.source.category_id]
    mine = [one for one in fitting if one.practitioner_id == step.practitioner_id]
    return mine or ([] if step.source.practitioner_id else fitting)


def slot_named(raw: str, reasons: Iterable[VisitReason]) -> tuple[VisitReason, datetime] | None:
    """« 12.1763971200 », as `Slot.value` wrote it; None where it names nothing of these."""
    key, _dot, start = raw[:40].partition(".")
    reason = next((one for one in reasons if str(one.pk) == key), None)
    if reason is None or not (start.isascii() and start.isdigit() and len(start) <= 11):
        return None
    return reason, datetime.fromtimestamp(int(start), tz=UTC)


def slots_for_team(standing: Standing) -> list[Slot]:
    """Within the delay, the nearest to its ideal day first chosen, then in order of time; after it where it is full."""
    return _near_ideal(
        standing,
        reasons_for(standing.step),
        ALL_OPENINGS,
        ignore_notice=True,
        seeker=Seeker(standing.step.pathway.patient_id),
    )


def slots_for_patient(standing: Standing, patient: Patient) -> list[Slot]:
    """What he may book himself: online reasons, or those for invited patients; his age, and who knows him."""
    allowed = {Bookability.EVERYONE, Bookability.INVITED}
    reasons = [one for one in reasons_for(standing.step) if one.bookable_by in allowed]
    known = {practitioner for _patient, practitioner in eligibility.known_practitioners([patient])}
    found: list[Slot] = []
    for is_known in (True, False):
        some = [one for one in reasons if (one.practitioner_id in known) is is_known]
        audiences = eligibility.audiences_for(known=is_known)
        slots = _near_ideal(standing, some, audiences, ignore_notice=False)
        found += [
            slot
            for slot in slots
            if eligibility.why_not(slot.reason, patient, slot.start_at, known=is_known) is None
        ]
    return sorted(found, key=lambda slot: slot.start)[:TO_OFFER]


def _near_ideal(
    standing: Standing,
    reasons: list[VisitReason],
    audiences: Collection[str],
    *,
    ignore_notice: bool,
    seeker: Seeker = NOBODY,
) -> list[Slot]:
    now = clock.now()
    first = max(standing.window.earliest, clock.local(now).date())
    last = max(standing.window.latest, first)
    for until in (last, last + BEYOND, last + 3 * BEYOND):
        start, end = max(now, clock.day_bounds(first)[0]), clock.day_bounds(until)[1]
        found = free_slots(
            reasons, start, end, now=now, audiences=audiences, ignore_notice=ignore_notice, seeker=seeker
        )
        if found:
            return _spread(found, max(standing.window.ideal, first))
    return []


def _spread(found: list[Slot], ideal: date) -> list[Slot]:
    """The nearest days, three times of each, so that there is something to choose."""
    once = {(slot.reason.practitioner_id, slot.start): slot for slot in reversed(found)}
    by_day: dict[date, list[Slot]] = {}
    for slot in sorted(once.values(), key=lambda slot: slot.start):
        by_day.setdefault(slot.local_day, []).append(slot)
    kept: list[Slot] = []
    for day in sorted(by_day, key=lambda day: (abs((day - ideal).days), day)):
        several = by_day[day]
        kept += several[:: max(1, len(several) // 3)][:3]
        if len(kept) >= TO_OFFER:
            break
    return sorted(kept[:TO_OFFER], key=lambda slot: slot.start)


def candidates_for(standings: Iterable[Standing], patient: Patient) -> dict[int, list[Appointment]]:
    """By key of the step: visits of the same kind, taken by whatever door, that no step has claimed. One query."""
    wanted = [one for one in standings if one.step.source.is_visit]
    if not wanted:
        return {}
    categories = {one.step.source.category_id for one in wanted}
    free = Appointment.objects.filter(
        patient=patient,
        reason__category__in=categories,
        status__in=ACTIVE_STATES - {Status.NO_SHOW},
        series=None,
        accompanies=None,
        pathway_steps=None,
    )
    visits = list(free.select_related("practitioner", "reason").order_by("start_at", "pk"))
    return {one.step.pk: [visit for visit in visits if _fits(one, visit)] for one in wanted}


def _fits(one: Standing, visit: Appointment) -> bool:
    step, day = one.step, clock.local(visit.start_at).date()
    return (
        visit.reason.category_id == step.source.category_id
        and visit.pk not in step.set_aside
        and day >= min(one.window.earliest, clock.today())
        and day >= step.pathway.started_on
        and (step.source.practitioner_id in (None, visit.practitioner_id))
    )


def series_for(standings: Iterable[Standing], patient: Patient) -> dict[int, list[AppointmentSeries]]:
    """The same for series: begun since the pathway did. One query."""
    wanted = [one for one in standings if one.step.source.is_series]
    if not wanted:
        return {}
    rows = list(
        AppointmentSeries.objects.filter(
            Q(ended_at=None),
            patient=patient,
            reason__category__in={one.step.source.category_id for one in wanted},
            pathway_steps=None,
        )
        .select_related("practitioner", "reason")
        .order_by("created_at", "pk")
    )
    return {
        one.step.pk: [
            row
            for row in rows
            if row.reason.category_id == one.step.source.category_id
            and row.pk not in one.step.set_aside
            and clock.local(row.created_at).date() >= one.step.pathway.started_on
        ]
        for one in wanted
    }
