"""Records of the room `partnerships`."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import AgreementDocument, AgreementSuspension, ConsultationSession
from tests.factories.documents import UploadFactory
from tests.factories.partnerships import (
    AdvancedConsultationFactory,
    AgreementFactory,
    PartnerContactFactory,
    PartnerFactory,
    PartnerProfessionalFactory,
    SessionPatternFactory,
    agreed_programme,
)
from tests.factories.partnerships_seat import SeatRuleFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("establishment")
def establishment(world: World) -> int:
    return PartnerFactory().pk


@record("partner_contact")
def partner_contact(world: World) -> int:
    return PartnerContactFactory().pk


@record("partner_link")
def partner_link(world: World) -> int:
    return PartnerProfessionalFactory(practitioner=world.practitioners["partner"]).pk


@record("agreement")
def agreement(world: World) -> int:
    return AgreementFactory().pk


@record("suspension")
def suspension(world: World) -> int:
    return AgreementSuspension.objects.create(
        agreement=AgreementFactory(), since=clock.today() - timedelta(days=2), reason="Poste vacant"
    ).pk


@record("programme")
def programme(world: World) -> int:
    return AdvancedConsultationFactory().pk


@record("session_pattern")
def session_pattern(world: World) -> int:
    return SessionPatternFactory().pk


@record("signed_document")
def signed_document(world: World) -> int:
    return AgreementDocument.objects.create(
        agreement=AgreementFactory(), upload=UploadFactory(on_disk=True), added_by=world.users["coordinator"]
    ).pk


@record("seat_rule")
def seat_rule(world: World) -> int:
    return SeatRuleFactory().pk


def session_in(world: World, *, days: int) -> ConsultationSession:
    """Held by the professional who comes from outside."""
    start = clock.now() + timedelta(days=days)
    session = ConsultationSession(
        programme=agreed_programme(),
        practitioner=world.practitioners["partner"],
        start_at=start,
        end_at=start + timedelta(hours=3),
        seats=4,
    )
    return add_session(session, actor=world.users["coordinator"])


@record("consultation_session")
def consultation_session(world: World) -> int:
    return session_in(world, days=30).pk
