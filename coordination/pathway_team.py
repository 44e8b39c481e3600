"""Who takes part in a patient's care because of a pathway: the reason rows, and their end."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from accounts.models import User
from coordination.models import CarePathway
from core import clock
from core.audit.record import record
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from practitioners.models import Practitioner


def join_team(pathway: CarePathway, practitioner: Practitioner, *, actor: User | None) -> None:
    """Within the caller's transaction, which holds the patient's lock."""
    row, is_new = CareTeamMember.objects.get_or_create(
        patient_id=pathway.patient_id, practitioner=practitioner, reason=Reason.PATHWAY, until=None
    )
    if is_new:
        record(actor, "care_team.pathway", row, patient_id=pathway.patient_id, practitioner=practitioner.pk)


def leave_team(pathway: CarePathway, *, actor: User | None, at_once: bool = False) -> None:
    """Whoever no other running pathway of this patient keeps: today is his last day, or yesterday was."""
    running = CarePathway.objects.active().filter(patient=pathway.patient_id).exclude(pk=pathway.pk)
    kept = Practitioner.objects.filter(
        Q(led_pathways__in=running) | Q(pathway_steps__pathway__in=running)
    ).values("pk")
    rows = CareTeamMember.objects.filter(
        patient=pathway.patient_id, reason=Reason.PATHWAY, until=None
    ).exclude(practitioner__in=kept)
    today = clock.today()
    for row in rows:
        record(actor, "care_team.ended", row, patient_id=row.patient_id, practitioner=row.practitioner_id)
    if at_once:  # a row that began today never was
        rows.filter(since__gte=today).delete()
    rows.update(until=today - timedelta(days=1) if at_once else today)
