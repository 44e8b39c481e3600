"""Records of the room `partnerships`."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from partnerships.models import AgreementSuspension
from tests.factories.partnerships import (
    AgreementFactory,
    PartnerContactFactory,
    PartnerFactory,
    PartnerProfessionalFactory,
)
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
