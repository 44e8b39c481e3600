"""The free seats that a request may be booked in: coming sessions of its own programme, and no other. Pure: reads."""

from __future__ import annotations

from datetime import UTC, datetime

from appointments.availability import Slot, free_slots
from appointments.models import Audience, VisitReason
from appointments.seating import Seeker
from core import clock
from partnerships.models import AdvancedConsultation, ConsultationRequest, ConsultationSession, ReasonKind

# Only openings that stand for sessions are looked at; these are kept for who refers.
SESSIONS = frozenset({Audience.REFERRER})


def reasons_of(programme: AdvancedConsultation, kind: str) -> list[VisitReason]:
    """What one books for it, one for each professional who holds the programme."""
    rows = VisitReason.objects.filter(
        is_active=True, pk__in=programme.reasons.filter(kind=kind).values("visit_reasons")
    )
    return list(
        rows.select_related("practitioner__profession", "practitioner__centre", "category").order_by("pk")
    )


def free_seats(
    request: ConsultationRequest, kind: str = ReasonKind.FIRST, *, by_staff: bool = False
) -> list[Slot]:
    """In order of time, over all coming sessions; only what this person may take. The notice does not bind the team."""
    now = clock.now()
    sessions = request.programme.sessions.standing().filter(start_at__gt=now)
    bounds = list(sessions.order_by("start_at").values_list("opening", "start_at", "end_at"))
    reasons = reasons_of(request.programme, kind) if bounds else []
    if not reasons:
        return []
    last = max(end for _opening, _start, end in bounds)
    found = free_slots(
        reasons,
        now,
        last,
        now=now,
        audiences=SESSIONS,
        ignore_notice=by_staff,
        seeker=Seeker(request.patient_id),
    )
    openings = {opening for opening, _start, _end in bounds}
    return sorted((slot for slot in found if slot.opening.id in openings), key=lambda slot: slot.start)


def read_seat(programme: AdvancedConsultation, kind: str, value: str) -> tuple[VisitReason, datetime] | None:
    """Which seat was meant, free or not; None for what was never one of this programme's."""
    key, _dot, start = value.partition(".")
    reason = next((one for one in reasons_of(programme, kind) if str(one.pk) == key), None)
    if reason is None or not (start.isascii() and start.isdigit() and len(start) <= 11):
        return None
    return reason, datetime.fromtimestamp(int(start), tz=UTC)


def session_at(
    programme: AdvancedConsultation, practitioner_id: int, start_at: datetime
) -> ConsultationSession | None:
    """The standing session of this programme in which a visit would begin then."""
    sessions = programme.sessions.standing().filter(
        practitioner=practitioner_id, start_at__lte=start_at, end_at__gt=start_at
    )
    return sessions.select_related("opening__place", "opening__room").first()
