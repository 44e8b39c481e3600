"""The INS number: what it says of a person, and where that contradicts what the record says. Reads, never writes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from patients.models.patient import Sex

UNKNOWN_PLACE = "99999"
SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "7": Sex.MALE, "8": Sex.FEMALE}
# 20 to 42 and 50 to 99 stand for months that nobody knew when the number was given.
KNOWN_MONTHS = frozenset(f"{month:02d}" for month in range(1, 13))


def contradictions(number: str, patient: Patient) -> list[str | Promise]:
    """Sex, year, month and place of birth, as the thirteen characters carry them. Warnings, never refusals:
    a change of civil status or a late registration leaves the number as it was given.
    """
    found: list[str | Promise] = []
    sex = SEXES.get(number[:1])
    if sex is not None and patient.sex not in (sex, Sex.UNKNOWN):
        found.append(_("Le matricule et le sexe noté ne concordent pas."))
    if number[1:3] != f"{patient.birth_date:%y}":
        found.append(_("Le matricule et l’année de naissance ne concordent pas."))
    if number[3:5] in KNOWN_MONTHS and number[3:5] != f"{patient.birth_date:%m}":
        found.append(_("Le matricule et le mois de naissance ne concordent pas."))
    place = patient.birth_place_code
    if place and place != UNKNOWN_PLACE and number[5:10] != place:
        found.append(_("Le matricule et le lieu de naissance ne concordent pas."))
    return found


def doubts(patient: Patient) -> list[str | Promise]:
    """What the desk should look at before it qualifies this identity."""
    found = list(contradictions(patient.ins_number, patient)) if patient.ins_number else []
    if not patient.birth_place_code:
        found.append(_("Lieu de naissance absent : 99999 s’il est inconnu."))
    if patient.sex == Sex.UNKNOWN:
        found.append(_("Sexe non renseigné."))
    return found
