"""What the patient reads about the sharing of his record, and may change there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import Visitor
from patients.access import patients_of
from patients.care_team import care_team_of
from patients.models import CareTeamMember, Consent, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind, PractitionerQuerySet


@dataclass
class Carer:
    practitioner: Practitioner
    reasons: list[str]
    opposition: Consent | None = None
    is_recognised: bool = False


@dataclass
class Circle:
    """One person, those who care for him, and what was said about it."""

    patient: Patient
    carers: list[Carer] = field(default_factory=list)
    closed_to_house: Consent | None = None
    words: list[Consent] = field(default_factory=list)


def circles_of(people: Sequence[Patient]) -> list[Circle]:
    """The same number of queries however many professionals; a few more for each person."""
    teams = {patient.pk: care_team_of(patient) for patient in people}
    said: dict[int, list[Consent]] = defaultdict(list)
    rows = Consent.objects.in_force().filter(patient__in=teams).select_related("practitioner__profession")
    for consent in rows:
        said[consent.patient_id].append(consent)
    named = set(
        CareTeamMember.objects.in_force()
        .filter(patient__in=teams, reason=Reason.RECOGNISED)
        .values_list("patient_id", "practitioner_id")
    )
    keys = {key for team in teams.values() for key in team} | {
        consent.practitioner_id for words in said.values() for consent in words if consent.practitioner_id
    }
    practitioners = Practitioner.objects.with_names().in_bulk(list(keys))
    return [_circle(patient, teams[patient.pk], said[patient.pk], practitioners, named) for patient in people]


def _circle(
    patient: Patient,
    team: dict[int, list[str]],
    said: list[Consent],
    practitioners: dict[int, Practitioner],
    named: set[tuple[int, int]],
) -> Circle:
    opposed = {consent.practitioner_id: consent for consent in said if consent.decision == Decision.OPPOSES}
    keys = dict.fromkeys([*team, *(key for key in opposed if key is not None)])
    carers = [
        Carer(
            practitioner=practitioners[key],
            reasons=team.get(key, []),
            opposition=opposed.get(key),
            is_recognised=(patient.pk, key) in named,
        )
        for key in keys
    ]
    carers.sort(key=lambda carer: (carer.practitioner.last_name, carer.practitioner.first_name))
    return Circle(
        patient=patient,
        carers=carers,
        closed_to_house=opposed.get(None),
        words=[consent for consent in said if consent.decision != Decision.OPPOSES],
    )


def who_could_join(patient: Patient) -> PractitionerQuerySet:
    """Professionals of the house whom the patient has not named yet."""
    named = CareTeamMember.objects.in_force().filter(patient=patient, reason=Reason.RECOGNISED)
    return (
        Practitioner.objects.listed()
        .filter(kind=Kind.MEMBER)
        .exclude(pk__in=named.values("practitioner"))
        .with_names()
    )


def get_practitioner(pk: int) -> Practitioner:
    practitioner = Practitioner.objects.with_names().filter(pk=pk).first()
    if practitioner is None:
        raise Http404
    return practitioner


def get_consent_for(user: Visitor, pk: int) -> Consent:
    """A word about somebody for whom this account acts; 404 otherwise."""
    consent = Consent.objects.in_force().filter(pk=pk, patient__in=patients_of(user).values("pk")).first()
    if consent is None:
        raise Http404
    return consent


def words_of(patient: Patient) -> QuerySet[Consent]:
    """Everything that was said and withdrawn, the latest first."""
    return Consent.objects.filter(patient=patient).select_related("practitioner", "recorded_by")
