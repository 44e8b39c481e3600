"""What can be forgotten of a person is forgotten; what the law wants kept stays."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from patients.models import Patient
from patients.models.patient import Sex
from patients.signals import person_forgotten

FORGOTTEN = "effacé"


def forget_patient(patient: Patient, *, actor: User | None, keep_care: bool) -> None:
    """`keep_care`: somebody of the house has cared for the person. Then the identity stays with the care record
    (20 years, CSP R1112-7) and only the ways to reach him go; otherwise nothing stays that names him.
    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        patient.email = patient.address = patient.postal_code = patient.city = ""
        patient.phone = ""
        if not keep_care:
            _empty(patient)
        patient.save()
        person_forgotten.send(sender=Patient, patient=patient, keep_care=keep_care)
        for absorbed in Patient.objects.filter(merged_into=patient, erased_at=None):
            forget_patient(absorbed, actor=actor, keep_care=keep_care)
        record(actor, "patient.forgotten", patient, patient_id=patient.pk, care_kept=keep_care)


def _empty(patient: Patient) -> None:
    patient.birth_name = patient.birth_first_names = FORGOTTEN
    patient.used_name = patient.used_first_name = patient.birth_place_code = ""
    patient.birth_date = date(patient.birth_date.year, 1, 1)
    patient.sex = Sex.UNKNOWN
    patient.corrections.all().delete()
    patient.ins_number = patient.attending_doctor_outside = ""
    patient.ins_retrieved = patient.identity_checked = False
    patient.attending_doctor = None
    patient.erased_at = clock.now()
