"""What a partner is told once a week: the next sessions, how full, how many wait. No name, no word of an illness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from partnerships.links import answer_link
from partnerships.models import (
    ConsultationRequest,
    ConsultationSession,
    PartnerContact,
    RequestState,
    SessionState,
)
from partnerships.seats import SeatPlan
from partnerships.session_fill import fills

AHEAD = timedelta(weeks=5)


def point_of(contact: PartnerContact, now: datetime) -> dict[str, Any] | None:
    """What the message carries; None where there is nothing to say."""
    sessions = ConsultationSession.objects.standing().filter(
        programme__partner=contact.partner_id, start_at__gt=now, start_at__lt=now + AHEAD
    )
    coming = fills(list(sessions.select_related("practitioner", "programme").order_by("start_at", "pk")))
    counts = _counts(contact.partner_id)
    cancelled = _cancelled(contact.partner_id, now)
    if not coming and not cancelled and not any(counts.values()):
        return None
    return {"sessions": _lines(coming, contact), "cancelled": cancelled, **counts}


def _cancelled(partner: int, now: datetime) -> list[dict[str, str]]:
    """Those that were to come in the same weeks, so that nobody sets out."""
    rows = ConsultationSession.objects.filter(
        programme__partner=partner, cancelled_at__isnull=False, start_at__gt=now, start_at__lt=now + AHEAD
    )
    rows = rows.select_related("practitioner").order_by("start_at", "pk")
    return [{"start": one.start_at.isoformat(), "who": one.practitioner.display_name} for one in rows]


def _lines(coming: Sequence[SeatPlan], contact: PartnerContact) -> list[dict[str, Any]]:
    """The link answers for the partner: only who answers for sessions gets it."""
    return [
        {
            "start": fill.session.start_at.isoformat(),
            "end": fill.session.end_at.isoformat(),
            "who": fill.session.practitioner.display_name,
            "taken": fill.taken,
            "seats": fill.session.seats,
            "is_confirmed": fill.session.state == SessionState.CONFIRMED,
            "link": answer_link(fill.session) if contact.confirms_sessions else "",
        }
        for fill in coming
    ]


def _counts(partner: int) -> dict[str, int]:
    asked = ConsultationRequest.objects.filter(programme__partner=partner)
    return {
        "to_triage": asked.to_triage().count(),
        "waiting": asked.filter(state=RequestState.ACCEPTED).count(),
        "letters": asked.filter(state=RequestState.SEEN).count(),
    }
