"""What stands on top of some records of the demo, a line that the patient closed, somebody who has died."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from appointments.models import Appointment, Status
from coordination.models import Alert, Allergy, DeathRecord, EntryOpposition
from coordination.models.death import LearntFrom
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder
from patients.models import Patient


def fill_records(family: Family, accounts: dict[str, User]) -> None:
    told = elder()
    doctor, physiotherapist, nurse = (
        accounts[f"{name}@demo.example"] for name in ("medecin", "kine", "infirmiere")
    )
    ago = clock.now() - timedelta(days=41)
    _allergy(told.patient, doctor, ago, "Pénicilline", "medication", "high", "Œdème du visage en 1998")
    _alert(
        told.patient,
        physiotherapist,
        ago,
        "Deux chutes en six mois : raccompagner jusqu’à la porte",
        "safety",
    )
    _alert(
        told.patient, nurse, ago, "Malentendant : parler en face, lentement", "communication", for_desk=True
    )
    Allergy.objects.create(patient=family.mother, noted_by=doctor, noted_at=ago)
    _close_a_line(family.mother, accounts["patiente@demo.example"], told.nurse.pk)
    _allergy(family.child, doctor, ago, "Arachide", "food", "high", "Urticaire, gêne respiratoire")
    _somebody_has_died(accounts["secretariat@demo.example"])


def _allergy(
    patient: Patient, by: User, at: datetime, substance: str, kind: str, grave: str, reaction: str
) -> None:
    Allergy.objects.create(
        patient=patient,
        substance=substance,
        kind=kind,
        criticality=grave,
        reaction=reaction,
        verification="confirmed",
        noted_by=by,
        noted_at=at,
    )


def _alert(patient: Patient, by: User, at: datetime, text: str, kind: str, *, for_desk: bool = False) -> None:
    Alert.objects.create(patient=patient, text=text, kind=kind, for_desk=for_desk, noted_by=by, noted_at=at)


def _close_a_line(mother: Patient, account: User, nurse: int) -> None:
    """Her last visit to her doctor, closed to the nurse."""
    visits = Appointment.objects.filter(patient=mother, status=Status.FULFILLED).exclude(practitioner=nurse)
    last = visits.order_by("-start_at", "pk").first()
    if last is not None:
        EntryOpposition.objects.create(
            patient=mother,
            kind="appointment",
            entry=last.pk,
            practitioner_id=nurse,
            author_id=last.practitioner_id,
            opposed_by=account,
        )


def _somebody_has_died(desk: User) -> None:
    """The oldest of whom nothing is to come and for whom nobody acts."""
    alone = Patient.objects.living().filter(proxies=None, appointments__status=Status.FULFILLED)
    alone = alone.exclude(pk__in=Appointment.objects.coming().values("patient"))
    patient = alone.order_by("birth_date", "pk").first()
    if patient is None:
        return
    died = clock.today() - timedelta(days=12)
    Patient.objects.filter(pk=patient.pk).update(deceased_on=died)
    DeathRecord.objects.create(
        patient=patient,
        died_on=died,
        learnt_from=LearntFrom.FAMILY,
        recorded_by=desk,
        recorded_at=clock.now() - timedelta(days=10),
    )
