"""A word for the colleagues beside a visit: « en fauteuil », « vient avec sa fille »."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import Appointment
from core.audit.record import record


def note_for_team(appointment: Appointment, note: str, *, actor: User) -> Appointment:
    """Replace the note. The trail says that it changed, not what it says."""
    note = " ".join(note.split())[:300]
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
        if appointment.team_note == note:
            return appointment
        appointment.team_note = note
        appointment.save(update_fields=["team_note"])
        record(
            actor,
            "appointment.noted",
            appointment,
            patient_id=appointment.patient_id,
            reference=appointment.reference,
        )
    return appointment
