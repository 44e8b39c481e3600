"""A patient begins a pathway, told and willing; or says no, which is recorded too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import (
    CarePathway,
    InformedBy,
    PathwayEnd,
    PathwayState,
    PathwayStep,
    PathwayVersion,
    VersionState,
)
from coordination.pathway_board import plan_of
from coordination.pathway_team import join_team
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient
from practitioners.models import Practitioner


class AlreadyRunning(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce parcours est déjà en cours pour cette personne."))


class NotPublished(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce parcours n’est plus proposé. Choisissez-en un autre."))


class NotAlive(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette fiche n’est plus active : aucun parcours ne peut commencer."))


def start_pathway(
    patient: Patient,
    version: PathwayVersion,
    lead: Practitioner,
    *,
    actor: User,
    informed_by: InformedBy,
    started_on: date | None = None,
    chosen: Mapping[int, Practitioner] | None = None,
) -> CarePathway:
    """`chosen`: who takes which step, by its position; without a name it stays with the lead.

    Raises `AlreadyRunning`, `NotPublished` or `NotAlive`; nothing is written then.
    """
    chosen = chosen or {}
    with transaction.atomic():
        pathway = _row(patient, version, lead, actor, informed_by, started_on)
        pathway.save(force_insert=True)
        steps = [
            PathwayStep(
                pathway=pathway,
                source=source,
                practitioner=source.practitioner or chosen.get(source.position),
            )
            for source in version.steps.select_related("practitioner").order_by("position")
        ]
        PathwayStep.objects.bulk_create(steps)
        for practitioner in {lead, *(step.practitioner for step in steps if step.practitioner)}:
            join_team(pathway, practitioner, actor=actor)
        for standing in plan_of(pathway).standings:
            PathwayStep.objects.filter(pk=standing.step.pk).update(noted_on=standing.window.ideal)
        record(
            actor,
            "pathway.started",
            pathway,
            patient_id=patient.pk,
            template=version.template_id,
            version=version.number,
            informed=str(informed_by),
        )
    return pathway


def refuse_pathway(
    patient: Patient,
    version: PathwayVersion,
    lead: Practitioner,
    *,
    actor: User,
    informed_by: InformedBy,
    note: str = "",
) -> CarePathway:
    """He was told and does not want it: that it was proposed stays known, nothing else follows."""
    with transaction.atomic():
        pathway = _row(patient, version, lead, actor, informed_by, None)
        pathway.state, pathway.end_kind, pathway.end_note = (
            PathwayState.REVOKED,
            PathwayEnd.REFUSED,
            note[:200],
        )
        pathway.ended_at, pathway.ended_by = clock.now(), actor
        pathway.save(force_insert=True)
        record(actor, "pathway.refused", pathway, patient_id=patient.pk, template=version.template_id)
    return pathway


def _row(
    patient: Patient,
    version: PathwayVersion,
    lead: Practitioner,
    actor: User,
    informed_by: InformedBy,
    started_on: date | None,
) -> CarePathway:
    lock("patient", patient.pk)
    patient = Patient.objects.get(pk=patient.pk)
    if patient.deceased_on or patient.erased_at or patient.merged_into_id:
        raise NotAlive
    version = PathwayVersion.objects.select_for_update(no_key=True, of=("self",)).get(pk=version.pk)
    if version.state != VersionState.ACTIVE:
        raise NotPublished
    running = CarePathway.objects.active().filter(patient=patient, version__template=version.template_id)
    if running.exists():
        raise AlreadyRunning
    today = clock.today()
    return CarePathway(
        patient=patient,
        version=version,
        lead=lead,
        started_on=started_on or today,
        started_by=actor,
        informed_on=today,
        informed_by=informed_by,
    )
