"""What lies on the secretary's desk: people who were entered twice."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from accounts.models import User
from appointments.models import Appointment
from msp_portal.demo.house import plain
from patients.actions.find_duplicates import find_duplicates
from patients.actions.merge_patients import merge_patients
from patients.models import Patient

# How the second record of one person differs from the first: as it happens at a busy desk.
SLIPS: tuple[Callable[[Patient], dict[str, object]], ...] = (
    lambda p: {"birth_name": plain(p.birth_name).upper(), "birth_first_names": p.first_name},
    lambda p: {"birth_name": p.birth_first_names.split(" ")[0], "birth_first_names": p.birth_name},
    lambda p: {"birth_name": p.birth_name + "s", "email": ""},
    lambda p: {"birth_first_names": p.first_name, "used_name": "", "phone": ""},
)


def enter_twice(rng: Random, everybody: list[Patient], secretary: User) -> None:
    """Four pairs wait for a judgement; a fifth has been joined, and can be taken apart."""
    visited = set(Appointment.objects.coming().values_list("patient", flat=True))
    known = [patient for patient in everybody if patient.pk in visited and patient.phone]
    chosen = rng.sample(known, min(len(known), len(SLIPS) + 1))
    for patient, slip in zip(chosen, (*SLIPS, SLIPS[0]), strict=False):
        _again(patient, slip(patient))
    find_duplicates()
    if len(chosen) > len(SLIPS):
        patient = chosen[-1]
        again = Patient.objects.filter(birth_date=patient.birth_date, phone=patient.phone).latest("pk")
        merge_patients(patient, again, actor=secretary)


def _again(patient: Patient, slip: dict[str, object]) -> None:
    fields = ("birth_name", "birth_first_names", "birth_date", "sex", "birth_place_code", "phone", "city")
    Patient.objects.create(
        **({name: getattr(patient, name) for name in fields} | slip), created_at=patient.created_at
    )
