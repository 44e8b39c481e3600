"""What some patients of the demo said about the sharing of their record, and one record opened in an emergency."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from appointments.models import Appointment
from core import clock
from core.audit.record import event
from msp_portal.demo.cast import Family
from patients.models import Consent, EmergencyAccess, Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner
from practitioners.models.profession import InformationCategory

EVERY_SECOND = 2


def share(family: Family, neighbour: Patient, accounts: dict[str, User]) -> None:
    mother = accounts["patiente@demo.example"]
    speech_therapist = Practitioner.objects.get(user__email="orthophoniste@demo.example")
    Consent.objects.create(
        patient=family.mother,
        practitioner=speech_therapist,
        decision=Decision.OPPOSES,
        means=Means.ONLINE,
        recorded_by=mother,
    )
    _inform_patients_of_psychologists()
    doctor = Practitioner.objects.get(user__email="medecin@demo.example")
    opened = clock.now() - timedelta(days=1, hours=3)
    access = EmergencyAccess.objects.create(
        patient=neighbour,
        practitioner=doctor,
        justification="Malaise en salle d’attente, personne seule, médecin habituel absent.",
        opened_at=opened,
        until=opened + timedelta(hours=1),
    )
    line = event(
        doctor.user,
        "patient.opened_in_emergency",
        neighbour,
        patient_id=neighbour.pk,
        reason=access.justification,
        access=access.pk,
    )
    line.at = opened
    line.save()


def _inform_patients_of_psychologists() -> None:
    """Every second patient was told; for the others the record asks for it first."""
    today = clock.today()
    for psychologist in (
        Practitioner.objects.filter(profession__information_category=InformationCategory.OTHER)
        .exclude(user=None)
        .select_related("user")
    ):
        visits = Appointment.objects.active().filter(practitioner=psychologist).order_by("patient")
        keys = list(visits.values_list("patient", flat=True).distinct())
        Consent.objects.bulk_create(
            Consent(
                patient_id=key,
                practitioner=psychologist,
                decision=Decision.INFORMED,
                scope="Les rendez-vous et les comptes rendus, avec le médecin traitant.",
                means=Means.ORAL,
                given_on=today - timedelta(days=30),
                recorded_by=psychologist.user,
            )
            for key in keys[::EVERY_SECOND]
        )
