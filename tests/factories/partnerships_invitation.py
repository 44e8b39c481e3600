"""A programme that receives, and people who wait for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from appointments.models import VisitReason
from core import clock
from partnerships.actions.plan_sessions import add_session, visit_reasons
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    ConsultationSession,
    ReasonKind,
    RequestState,
)
from practitioners.models import Practitioner
from tests.factories.partnerships import agreed_programme
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory


def programme_of(coordinator: User, **fields: Any) -> AdvancedConsultation:
    return agreed_programme(triage_by=coordinator, **fields)


def session_of(
    programme: AdvancedConsultation,
    practitioner: Practitioner,
    start_at: datetime,
    *,
    seats: int,
    actor: User,
) -> ConsultationSession:
    """Just as long as its seats: each is forty minutes."""
    session = ConsultationSession(
        programme=programme,
        practitioner=practitioner,
        start_at=start_at,
        end_at=start_at + timedelta(minutes=40 * seats),
        seats=seats,
    )
    return add_session(session, actor=actor)


def reason_of(
    programme: AdvancedConsultation, practitioner: Practitioner, kind: str = "first"
) -> VisitReason:
    for one in visit_reasons(programme, practitioner):
        if programme.reasons.get(kind=ReasonKind(kind)).visit_reasons.filter(pk=one.pk).exists():
            return one
    raise AssertionError(kind)


def waiting_request(
    programme: AdvancedConsultation, *, days: int = 0, priority: int = 3, **fields: Any
) -> ConsultationRequest:
    """Accepted, and received so many days ago; the patient has an address."""
    patient = fields.pop("patient", None) or PatientFactory(email=fields.pop("email", "malade@example.org"))
    request: ConsultationRequest = ConsultationRequestFactory(
        programme=programme, patient=patient, state=RequestState.ACCEPTED, priority=priority, **fields
    )
    if days:
        request.received_at = clock.now() - timedelta(days=days)
        request.save(update_fields=["received_at"])
    return request
