"""Who takes part in these stories: one patient, those who care for her, and those who do not."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from tests.cast import Doctor, make_doctor, sign_in
from tests.factories.patients import PatientFactory


@dataclass(eq=False)
class Team:
    """A doctor and a nurse care for the patient; a stranger of the same house does not."""

    patient: Patient
    doctor: Doctor
    nurse: Doctor
    stranger: Doctor


def take_part(patient: Patient, carer: Doctor) -> None:
    CareTeamMember.objects.create(patient=patient, practitioner=carer.practitioner, reason=Reason.RECOGNISED)


def make_team(patient: Patient | None = None) -> Team:
    patient = patient or PatientFactory(birth_name="Delbecque", birth_first_names="Marcel")
    doctor, nurse, stranger = (make_doctor(name) for name in ("Aubert", "Blondel", "Carlier"))
    for carer in (doctor, nurse):
        take_part(patient, carer)
    return Team(patient, doctor, nurse, stranger)


__all__ = ["Team", "make_team", "sign_in", "take_part"]
