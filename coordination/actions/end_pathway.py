from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import CarePathway, PathwayEnd, PathwayState
from coordination.pathway_team import leave_team
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class SayWhy(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez la raison en quelques mots."))


def end_pathway(pathway: CarePathway, kind: PathwayEnd, *, actor: User | None, note: str = "") -> CarePathway:
    """Over, with a reason. Visits that are booked stay: a person decides about each. Ending twice ends once.

    Raises `SayWhy` where the reason is in the words only.
    """
    if kind in (PathwayEnd.OTHER, PathwayEnd.TEMPLATE) and not note.strip():
        raise SayWhy
    with transaction.atomic():
        lock("patient", pathway.patient_id)
        pathway = CarePathway.objects.select_for_update(no_key=True).get(pk=pathway.pk)
        if not pathway.is_active:
            return pathway
        completed = kind == PathwayEnd.COMPLETED
        pathway.state = PathwayState.COMPLETED if completed else PathwayState.REVOKED
        pathway.end_kind, pathway.end_note = kind, note.strip()[:200]
        pathway.ended_at, pathway.ended_by = clock.now(), actor
        pathway.save(update_fields=["state", "end_kind", "end_note", "ended_at", "ended_by"])
        leave_team(pathway, actor=actor, at_once=kind == PathwayEnd.REFUSED)
        record(actor, "pathway.ended", pathway, patient_id=pathway.patient_id, why=str(kind))
    return pathway
