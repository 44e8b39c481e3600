"""A programme with sessions and people who are expected in them, for the stories of a session that falls away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from appointments.models import Appointment, Audience, PlaceKind, VisitReason
from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    ConsultationSession,
    RequestState,
)
from practitioners.models import Practitioner
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.partnerships import agreed_programme
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory


def programme(category: Any = None, **fields: Any) -> AdvancedConsultation:
    """With a contract in force; its first visits take 40 minutes, those that follow 20."""
    if category is not None:
        fields["category"] = category
    return agreed_programme(**fields)


def session(
    programme: AdvancedConsultation,
    practitioner: Practitioner,
    start_at: datetime,
    *,
    actor: User,
    seats: int = 4,
    hours: float = 3.5,
) -> ConsultationSession:
    row = ConsultationSession(
        programme=programme,
        practitioner=practitioner,
        start_at=start_at,
        end_at=start_at + timedelta(hours=hours),
        seats=seats,
    )
    return add_session(row, actor=actor)


def reason_of(one: ConsultationSession, kind: str = "follow_up") -> VisitReason:
    reasons = one.programme.reasons.get(kind=kind).visit_reasons
    return reasons.get(practitioner=one.practitioner)


def expected(
    one: ConsultationSession,
    number: int,
    *,
    priority: int | None = None,
    waiting_days: int = 10,
    kind: str = "follow_up",
    **patient: Any,
) -> Appointment:
    """Booked at the `number`th time of the session; with a triaged request where a priority is given."""
    reason = reason_of(one, kind)
    patient = {"birth_name": f"Patient{number}", "email": f"p{number}@example.org"} | patient
    visit = AppointmentFactory(
        reason=reason,
        patient=PatientFactory(**patient),
        start_at=one.start_at + timedelta(minutes=20 * number),
        opening=one.opening,
        place=one.opening.place,
        booked_at=clock.now() - timedelta(days=waiting_days),
    )
    if priority is not None:
        ConsultationRequestFactory(
            programme=one.programme,
            patient=visit.patient,
            state=RequestState.BOOKED,
            priority=priority,
            received_at=clock.now() - timedelta(days=waiting_days),
            appointment=visit,
        )
    return visit


def request_of(visit: Appointment) -> ConsultationRequest:
    return ConsultationRequest.objects.get(patient=visit.patient)


def remote_hours(programme: AdvancedConsultation, start_at: datetime, slots: int) -> VisitReason:
    """A doctor of the same speciality who receives by video."""
    doctor = PractitionerFactory(last_name="Lointain", profession=programme.category.profession)
    reason = VisitReasonFactory(
        practitioner=doctor, category=programme.category, place_kind=PlaceKind.VIDEO, name="Vidéo"
    )
    OpeningFactory(
        practitioner=doctor,
        start_at=start_at,
        end_at=start_at + timedelta(minutes=20 * slots),
        audience=Audience.EVERYONE,
    )
    return reason
