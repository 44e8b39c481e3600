"""What lies on the secretary's desk: people entered twice, a device that visits share, a room being painted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from random import Random

from accounts.models import User
from appointments.actions.close_resource import close_resource
from appointments.models import (
    Appointment,
    Audience,
    Opening,
    ResourceClosure,
    SafetyQuestion,
    UnscheduledRelease,
    VisitReason,
)
from appointments.models.unscheduled import FIRST_QUESTIONS
from core import clock
from msp_portal.demo.house import House, plain
from msp_portal.demo.vocabulary import MAIN
from patients.actions.find_duplicates import find_duplicates
from patients.actions.merge_patients import merge_patients
from patients.models import Patient
from practitioners.models import Equipment, EquipmentKind

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


def equip(centre: House, secretary: User) -> None:
    """One electrocardiograph for the cardiologist's visits; the painters come in three weeks."""
    kind = EquipmentKind.objects.create(centre=centre.centre, name="électrocardiographe")
    unit = Equipment.objects.create(kind=kind, place=centre.places[MAIN], name="ECG de l’accueil")
    reasons = VisitReason.objects.filter(category__slug="teleconsultation-de-cardiologie")
    reasons.update(equipment_kind=kind)
    Appointment.objects.coming().filter(reason__in=reasons, place=unit.place).update(equipment=unit)
    monday = clock.today() + timedelta(days=21 - clock.today().weekday())
    close_resource(
        ResourceClosure(
            room=centre.rooms["Orthophonie 2"],
            start_at=clock.at(monday, time(8)),
            end_at=clock.at(monday + timedelta(days=1), time(19)),
            label="Peinture",
        ),
        actor=secretary,
    )


def open_the_pool(centre: House) -> None:
    """General practitioners open theirs at 8 and at 13 h, to the house's patients first."""
    SafetyQuestion.objects.all().delete()
    SafetyQuestion.objects.bulk_create(
        SafetyQuestion(
            text=asked.text,
            position=asked.position,
            validated_by="Dr Hélène Vasseur",
            validated_on=clock.today() - timedelta(days=60),
        )
        for asked in FIRST_QUESTIONS
    )
    pooled = Opening.objects.filter(audience=Audience.UNSCHEDULED)
    professions = pooled.order_by().values_list("practitioner__profession", flat=True).distinct()
    UnscheduledRelease.objects.bulk_create(
        UnscheduledRelease(
            centre=centre.centre, profession_id=profession, at=at, before=before, everyone_at=everyone_at
        )
        for profession in sorted(professions)
        for at, before, everyone_at in ((time(8), time(13), time(9)), (time(13), None, time(13, 30)))
    )


def _again(patient: Patient, slip: dict[str, object]) -> None:
    fields = ("birth_name", "birth_first_names", "birth_date", "sex", "birth_place_code", "phone", "city")
    Patient.objects.create(
        **({name: getattr(patient, name) for name in fields} | slip), created_at=patient.created_at
    )
