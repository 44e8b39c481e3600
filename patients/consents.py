"""What stands between a reason and a record: an opposition, or a word that the law wants beforehand."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from patients.models import CareTeamMember, Consent, Patient
from patients.models.care_team import CareTeamQuerySet, Reason
from patients.models.consent import Decision
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory


class Standing(NamedTuple):
    """`missing` is the word that has not been given yet."""

    is_opposed: bool
    missing: Decision | None

    @property
    def is_clear(self) -> bool:
        return not self.is_opposed and self.missing is None


def word_needed(practitioner: Practitioner) -> Decision | None:
    """Beforehand: agreement for a professional from outside the house (CSP R1110-3), information for a profession
    that is not a health profession (R1110-1). None for a health professional of the house.
    """
    if practitioner.kind != Kind.MEMBER:
        return Decision.AGREES
    if practitioner.profession.information_category == InformationCategory.OTHER:
        return Decision.INFORMED
    return None


def standing(patient: Patient, practitioner: Practitioner) -> Standing:
    """One query, two for those who need a word that no row gives."""
    rows = Consent.objects.in_force().filter(
        Q(practitioner=practitioner) | Q(practitioner=None), patient=patient
    )
    said = set(rows.values_list("decision", flat=True))
    needed = word_needed(practitioner)
    if needed is None or _gives(said, needed) or _recognised(practitioner).filter(patient=patient).exists():
        return Standing(Decision.OPPOSES in said, None)
    return Standing(Decision.OPPOSES in said, needed)


def clear_for(practitioner: Practitioner) -> Q:
    """The same for all patients at once: a condition on a query of patients."""
    return ~opposed_to(practitioner) & word_given(practitioner)


def opposed_to(practitioner: Practitioner) -> Q:
    """Patients who closed their record to him, or to the whole house."""
    closed = Consent.objects.in_force().filter(
        Q(practitioner=practitioner) | Q(practitioner=None),
        patient=OuterRef("pk"),
        decision=Decision.OPPOSES,
    )
    return Q(Exists(closed))


def word_given(practitioner: Practitioner) -> Q:
    """Patients who gave the word that the law wants, or of whom none is wanted."""
    needed = word_needed(practitioner)
    if needed is None:
        return Q(pk__isnull=False)
    given = Consent.objects.in_force().filter(
        patient=OuterRef("pk"), practitioner=practitioner, decision__in=_giving(needed)
    )
    recognised = _recognised(practitioner).filter(patient=OuterRef("pk"))
    return Q(Exists(given)) | Q(Exists(recognised))


def _giving(needed: Decision) -> set[Decision]:
    """Who agrees was told."""
    return {needed, Decision.AGREES}


def _gives(said: set[str], needed: Decision) -> bool:
    return not said.isdisjoint(_giving(needed))


def _recognised(practitioner: Practitioner) -> CareTeamQuerySet:
    """Whom the patient himself named as one of those who care for him (CSP L1110-12, 3°)."""
    return CareTeamMember.objects.in_force().filter(practitioner=practitioner, reason=Reason.RECOGNISED)
