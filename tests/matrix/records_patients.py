"""Records of the room `patients`, and the outbox."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from patients.actions.merge_patients import merge_patients
from patients.models import Consent, EmergencyAccess, ErasureRequest, NoticePreference, Proxy, Pseudonym
from patients.models.consent import Decision, Means
from patients.models.proxy import ProxyState, Relation
from tests.factories.accounts import UserFactory
from tests.factories.messages import OutboxMessageFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("patient")
def patient(world: World) -> int:
    return world.patient.pk


@record("slug")
def slug(world: World) -> str:
    """The practice of her doctor."""
    return world.doctor.slug


@record("doctor")
def doctor(world: World) -> int:
    return world.doctor.pk


@record("twin")
def twin(world: World) -> int:
    """A second record that looks like hers."""
    return PatientFactory(birth_name="Lefebvre").pk


@record("merge")
def merge(world: World) -> int:
    kept, absorbed = PatientFactory(), PatientFactory()
    return merge_patients(kept, absorbed, actor=world.users["secretary"]).pk


@record("relative")
def relative(world: World) -> int:
    """A line of the owner's list of relatives."""
    row: Proxy = ProxyFactory(user=world.users["owner"], relation=Relation.PARENT)
    return row.pk


@record("proxy_request")
def proxy_request(world: World) -> int:
    row: Proxy = ProxyFactory(user=world.users["owner"], relation=Relation.PARENT, state=ProxyState.PENDING)
    return row.pk


@record("waiting_reset")
def waiting_reset(world: World) -> int:
    """An account of its own, whose password came through the mailbox a moment ago."""
    account = UserFactory(password_reset_at=clock.now())
    row: Proxy = ProxyFactory(user=account, patient=world.patient, relation=Relation.OTHER)
    return row.pk


@record("consent")
def consent(world: World) -> int:
    return Consent.objects.create(
        patient=world.patient,
        practitioner=world.practitioners["colleague"],
        decision=Decision.OPPOSES,
        means=Means.ONLINE,
        recorded_by=world.users["owner"],
    ).pk


@record("erasure")
def erasure(world: World) -> int:
    return ErasureRequest.objects.create(user=world.users["neighbour"]).pk


@record("emergency")
def emergency(world: World) -> int:
    """An hour that is over, to be reviewed; the open one is the cast's."""
    opened = clock.now() - timedelta(days=1)
    return EmergencyAccess.objects.create(
        patient=world.patient,
        practitioner=world.practitioners["colleague"],
        justification="Chute dans l’escalier, personne inconsciente.",
        opened_at=opened,
        until=opened + timedelta(hours=1),
    ).pk


@record("notices")
def notices(world: World) -> object:
    """The secret key of the link that ends reminders by e-mail."""
    return NoticePreference.objects.create(user=world.users["owner"]).unsubscribe_key


@record("message")
def message(world: World) -> int:
    return OutboxMessageFactory(state="failed").pk


@record("pseudonym")
def pseudonym(world: World) -> int:
    """She is known under an alias, to whoever takes part in her care."""
    Pseudonym.objects.create(
        patient=world.patient, alias="Bleuet", practitioner=world.doctor, created_by=world.users["doctor"]
    )
    return world.patient.pk
