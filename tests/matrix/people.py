"""Everybody who may knock: one patient's own people, the house, and those for whom she does not exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from accounts.models import Role, User
from core import clock
from patients.models import CareTeamMember, Consent, EmergencyAccess, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from practitioners.models import Internship, Practitioner
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory

# The words of the rows.
OWNER = frozenset({"owner"})
DESK = frozenset({"secretary", "coordinator", "administrator"})
COORDINATOR = frozenset({"coordinator"})
MANAGERS = frozenset({"coordinator", "administrator"})
OPERATORS = frozenset({"secretary", "administrator"})
DOCTOR = frozenset({"doctor"})
# Whom a reason row lets in, the patient's word where it is needed included.
CARE = frozenset({"doctor", "teammate", "trainee", "glass", "told_psychologist", "agreed_partner"})
# A reason row, but the word that the law wants is missing: they are asked for it before anything is shown.
WORDLESS = frozenset({"psychologist", "partner"})
# Members of the house without a reason, or whom the patient refused, or whose time here is over.
STRANGERS = frozenset({"colleague", "opposed", "past_trainee"})
FORMER = frozenset({"former"})
# Who may break the glass: doctors who exercise here, with or without a reason to know her.
DOCTORS = frozenset({"doctor", "teammate", "colleague", "opposed", "glass"})
PATIENTS = frozenset({"owner", "neighbour"})
PROFESSIONALS = CARE | WORDLESS | STRANGERS
STAFF = PROFESSIONALS | DESK
SIGNED_IN = STAFF | PATIENTS | FORMER
EVERYBODY = SIGNED_IN | {"visitor"}
NOBODY: frozenset[str] = frozenset()


@dataclass
class World:
    """The cast, and the records made so far, by kind."""

    users: dict[str, User] = field(default_factory=dict)
    practitioners: dict[str, Practitioner] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    patient: Patient = field(init=False)

    @property
    def doctor(self) -> Practitioner:
        """Everything that belongs to somebody of the house is his, unless its record says otherwise."""
        return self.practitioners["doctor"]

    def enter(self, name: str, user: User) -> User:
        self.users[name] = user
        return user

    def professional(self, name: str, role: str = Role.PRACTITIONER, **fields: Any) -> Practitioner:
        user = self.enter(name, UserFactory(email=f"{name}@example.org"))
        RoleAssignmentFactory(user=user, role=role, since=clock.today() - timedelta(days=400))
        fields = {"slug": name.replace("_", "-"), "last_name": name.title()} | fields
        self.practitioners[name] = PractitionerFactory(user=user, **fields)
        return self.practitioners[name]


def people() -> World:
    world = World()
    _patients(world)
    for name in DESK:
        user = world.enter(name, UserFactory(email=f"{name}@example.org"))
        RoleAssignmentFactory(user=user, role=Role(name))
    _health_professionals(world)
    _other_categories(world)
    _trainees(world)
    for user in world.users.values():
        assert user.roles is not None  # read once here, not once a question
    return world


def _patients(world: World) -> None:
    user = world.enter("owner", UserFactory(email="owner@example.org"))
    world.patient = PatientFactory(birth_name="Lefebvre", email=user.email)
    ProxyFactory(user=user, patient=world.patient)
    ProxyFactory(user=world.enter("neighbour", UserFactory(email="neighbour@example.org")))


def _health_professionals(world: World) -> None:
    doctor = world.professional("doctor")
    Patient.objects.filter(pk=world.patient.pk).update(attending_doctor=doctor)
    world.patient.refresh_from_db()
    _in_team(world, world.professional("teammate"))
    world.professional("colleague")
    _in_team(world, opposed := world.professional("opposed"))
    _say(world, opposed, Decision.OPPOSES)
    _in_team(world, former := world.professional("former"))
    former.active_until = clock.today() - timedelta(days=1)
    former.save(update_fields=["active_until"])
    world.users["former"].role_assignments.update(until=clock.today() - timedelta(days=1))
    now = clock.now()
    EmergencyAccess.objects.create(
        patient=world.patient,
        practitioner=world.professional("glass"),
        justification="Malaise dans la rue, personne seule.",
        opened_at=now,
        until=now + timedelta(hours=1),
    )


def _other_categories(world: World) -> None:
    other = {
        "profession__slug": "psychologue",
        "profession__information_category": InformationCategory.OTHER,
        "profession__name": "psychologue",
        "profession__plural_name": "psychologues",
        "profession__is_medical_doctor": False,
        "profession__can_be_attending_doctor": False,
    }
    _in_team(world, world.professional("psychologist", **other))
    _in_team(world, told := world.professional("told_psychologist", **other))
    _say(world, told, Decision.INFORMED)
    _in_team(world, world.professional("partner", Role.PARTNER, kind=Kind.VISITING))
    _in_team(world, agreed := world.professional("agreed_partner", Role.PARTNER, kind=Kind.VISITING))
    _say(world, agreed, Decision.AGREES)


def _trainees(world: World) -> None:
    today = clock.today()
    for name, until in (("trainee", 30), ("past_trainee", -1)):
        stay = Internship.objects.create(
            intern=world.professional(name, Role.INTERN),
            level="saspas",
            since=today - timedelta(days=90),
            until=today + timedelta(days=until),
        )
        stay.supervisors.add(world.doctor)


def _in_team(world: World, practitioner: Practitioner) -> None:
    CareTeamMember.objects.create(
        patient=world.patient,
        practitioner=practitioner,
        reason=Reason.REFERRAL,
        since=clock.today() - timedelta(days=30),
    )


def _say(world: World, practitioner: Practitioner, decision: Decision) -> None:
    Consent.objects.create(
        patient=world.patient,
        practitioner=practitioner,
        decision=decision,
        means=Means.ONLINE,
        recorded_by=world.users["owner"],
    )
