"""Those who are cared for: families of the seven villages around."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from django.utils.text import slugify

from core import clock
from msp_portal.demo import names
from msp_portal.demo.house import House, plain
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason

# (age up to, share): a rural population, older than the country.
AGES = ((5, 6), (17, 16), (39, 22), (64, 30), (84, 21), (98, 5))


def build(rng: Random, house: House, size: int, now: datetime) -> list[Patient]:
    today = clock.local(now).date()
    doctors = house.attending_doctors
    patients = Patient.objects.bulk_create(
        [_patient(rng, number, doctors, today, now) for number in range(size)], batch_size=2_000
    )
    since = today - timedelta(days=400)
    CareTeamMember.objects.bulk_create(
        [
            CareTeamMember(
                patient=patient,
                practitioner_id=patient.attending_doctor_id,
                reason=Reason.ATTENDING_DOCTOR,
                since=since,
            )
            for patient in patients
            if patient.attending_doctor_id is not None
        ],
        batch_size=5_000,
    )
    return patients


def _patient(rng: Random, number: int, doctors: list, today: date, now: datetime) -> Patient:
    female = rng.random() < 0.53
    first, last = rng.choice(names.FEMALE if female else names.MALE), rng.choice(names.LAST)
    birth_date = _birth_date(rng, today)
    grown_up = (today - birth_date).days > 18 * 366
    postal_code, town, code = rng.choice(names.TOWNS)
    inside = bool(doctors) and rng.random() < 0.85
    reachable = rng.random()
    return Patient(
        birth_name=last,
        used_name=rng.choice(names.LAST) if female and grown_up and rng.random() < 0.4 else "",
        birth_first_names=f"{first} {rng.choice(names.FEMALE if female else names.MALE)}",
        birth_date=birth_date,
        sex="female" if female else "male",
        birth_place_code=code,
        identity_checked=rng.random() < 0.4,
        email=f"{slugify(plain(first))}.{slugify(plain(last))}{number}@example.org"
        if reachable < 0.7
        else "",
        phone=mobile(number + 100) if reachable > 0.1 else "",
        address=f"{rng.randint(1, 140)} {rng.choice(names.STREETS)}",
        postal_code=postal_code,
        city=town,
        attending_doctor=rng.choice(doctors) if inside else None,
        attending_doctor_outside="" if inside or rng.random() < 0.5 else "Dr Masure, Béthune",
        created_at=now - timedelta(days=rng.randint(30, 1500)),
    )


def _birth_date(rng: Random, today: date) -> date:
    low = 0
    point = rng.uniform(0, sum(share for _age, share in AGES))
    for age, share in AGES:
        if point <= share:
            return today - timedelta(days=rng.randint(low * 365 + 40, age * 365 + 300))
        point -= share
        low = age + 1
    return today - timedelta(days=50 * 365)


def mobile(number: int) -> str:
    """06 39 98 00 00 to 99 99: kept by ARCEP for works of fiction."""
    return f"+3363998{number % 10_000:04d}"
