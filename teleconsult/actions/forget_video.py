"""A person is forgotten: his name and his guests' addresses go from the visits by video."""

from __future__ import annotations

from django.db import transaction

from patients.models import Patient
from teleconsult.models import Participant, ParticipantRole, ThirdInvitation


@transaction.atomic
def forget_people(patient: Patient, *, keep_care: bool) -> None:
    """The visits stay as long as the appointments do: no link opens them, and where nothing of the care is to be kept,
    nobody is named.
    """
    mine = Participant.objects.filter(
        visit__appointment__patient=patient, role__in=[ParticipantRole.PATIENT, ParticipantRole.THIRD]
    )
    ThirdInvitation.objects.filter(participant__in=mine).update(email="", phone="")
    for one in mine.select_for_update(no_key=True).order_by("pk"):
        if not keep_care or one.role == ParticipantRole.THIRD:
            one.name, one.refusal_note = "", ""
        one.token_version += 1
        one.save(update_fields=["name", "refusal_note", "token_version"])
