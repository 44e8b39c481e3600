"""Day sheets leave the portal on paper: who printed whose names, and when, stays in the trail of each of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.models import AuditEvent
from core.audit.record import event
from partnerships.attendance import expected
from partnerships.day_sheet import day_sheets
from partnerships.models import ConsultationSession


@transaction.atomic
def print_sheets(sessions: Sequence[ConsultationSession], *, actor: User) -> bytes:
    """The PDF, one session a page, and a line for each session and for each person on it."""
    now = clock.now()
    lines = expected(sessions, now)
    trail: list[AuditEvent] = []
    for session in sessions:
        trail.append(event(actor, "session.sheet_printed", session, people=len(lines[session.pk])))
        trail += [
            event(actor, "session.sheet_printed", line.visit, patient_id=line.visit.patient_id)
            for line in lines[session.pk]
        ]
    AuditEvent.objects.bulk_create(trail)
    return day_sheets(sessions, lines, printed_at=now, by=str(actor))
