"""The reason row that a referral gives, and its end, with time to finish the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q

from accounts.models import User
from coordination.models import Referral, ReferralState
from core import clock
from core.audit.record import record
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from practitioners.models import Practitioner

# After the end: to write and read what is left to write and read.
TAIL = timedelta(days=30)


_keepers: list[Callable[[Patient, Practitioner], bool]] = []


def add_keeper(keeps: Callable[[Patient, Practitioner], bool]) -> None:
    """A room above says who is still asked for something by a row of its own: his reason does not end."""
    _keepers.append(keeps)


def begin_care(patient: Patient, practitioner: Practitioner, *, actor: User | None) -> None:
    """Beginning twice begins once. The caller holds the patient's lock."""
    row, is_new = CareTeamMember.objects.get_or_create(
        patient=patient, practitioner=practitioner, reason=Reason.REFERRAL, until=None
    )
    if is_new:
        record(actor, "care_team.referral", row, patient_id=patient.pk, practitioner=practitioner.pk)


def end_care(
    patient: Patient, practitioner: Practitioner, *, actor: User | None, last_day: date | None = None
) -> None:
    """Unless another open referral of this patient still names him. Without a last day it ends at once."""
    if _is_still_asked(patient, practitioner):
        return
    last_day = last_day or clock.today() - timedelta(days=1)
    rows = CareTeamMember.objects.filter(
        patient=patient, practitioner=practitioner, reason=Reason.REFERRAL, until=None
    )
    for row in rows:
        record(
            actor,
            "care_team.ended",
            row,
            patient_id=patient.pk,
            practitioner=practitioner.pk,
            until=last_day.isoformat(),
        )
    rows.filter(since__gt=last_day).delete()
    rows.update(until=last_day)


def _is_still_asked(patient: Patient, practitioner: Practitioner) -> bool:
    asked = (Q(target=practitioner) | Q(holder=practitioner)) & ~Q(state=ReferralState.REFUSED)
    named = Q(requester=practitioner) | asked
    if Referral.objects.open().exclude(sent_at=None).filter(named, patient=patient).exists():
        return True
    return any(keeps(patient, practitioner) for keeps in _keepers)
