"""One protocol of the team that waits for signatures, one of cooperation; her doctor keeps both."""

from __future__ import annotations

from datetime import timedelta

from coordination.actions.write_protocol import propose_version, save_protocol
from coordination.models import AdverseEvent, CooperationProtocol, Delegate, Protocol, ProtocolVersion
from core import clock
from tests.matrix.frame import record
from tests.matrix.people import World


@record("protocol")
def protocol(world: World) -> int:
    doctor = world.doctor
    row = Protocol(centre=doctor.centre, title="Plaies", theme="Soins", owner=doctor)
    later = clock.today() + timedelta(days=365)
    version = save_protocol(
        row,
        actor=world.users["doctor"],
        professions=[doctor.profession],
        content="Qui fait quoi.",
        review_on=later,
    )
    propose_version(version, actor=world.users["doctor"])
    return row.pk


@record("protocol_version")
def protocol_version(world: World) -> int:
    return ProtocolVersion.objects.get(protocol=world.keys["protocol"]).pk


@record("cooperation")
def cooperation(world: World) -> int:
    row = CooperationProtocol.objects.create(
        centre=world.doctor.centre, title="Photos", reference="Arrêté", acts="…", start_on=clock.today()
    )
    row.doctors.add(world.doctor)
    return row.pk


@record("delegate")
def delegate(world: World) -> int:
    today = clock.today()
    return Delegate.objects.create(
        protocol_id=world.keys["cooperation"],
        practitioner=world.practitioners["teammate"],
        trained_on=today,
        training="Attestation",
        valid_until=today + timedelta(days=365),
    ).pk


@record("adverse_event")
def adverse_event(world: World) -> int:
    return AdverseEvent.objects.create(
        protocol_id=world.keys["cooperation"],
        happened_on=clock.today(),
        severity="minor",
        description="Photo floue.",
        reported_by=world.users["doctor"],
    ).pk
