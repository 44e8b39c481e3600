"""Who writes pathways, starts one, and reads it. Hidden and missing answer the same 404."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from accounts.access import Visitor, is_administrator, is_coordinator, is_desk
from accounts.models import User
from coordination import access
from coordination.access import Reader
from coordination.models import CarePathway, PathwayStep, PathwayVersion, VersionState
from coordination.models.pathway import CarePathwayQuerySet
from patients.access import (
    get_patient_for,
    get_patient_for_staff,
    patients_listed_for,
    patients_of,
    practitioner_of,
    reason_of_care,
)
from patients.models import Patient
from practitioners.models import Practitioner

# The kind of the timeline, by which the patient closes one of them; its end and its steps go with it.
KIND = "pathway"


def may_write_pathways(user: Visitor) -> bool:
    return is_coordinator(user) or is_administrator(user)


def may_read_pathways(user: Visitor) -> bool:
    """The models are no secret among those who work here."""
    return is_desk(user) or practitioner_of(user) is not None


def get_version(user: Visitor, pk: int) -> PathwayVersion:
    """Published or retired for the whole house, a draft for those who write."""
    versions = PathwayVersion.objects.select_related("template")
    if not may_write_pathways(user):
        versions = versions.exclude(state=VersionState.DRAFT)
    version = versions.filter(pk=pk).first() if may_read_pathways(user) else None
    if version is None:
        raise Http404
    return version


def get_version_to_write(user: Visitor, pk: int) -> PathwayVersion:
    if not may_write_pathways(user):
        raise Http404
    return get_version(user, pk)


def pathways_to_start(practitioner: Practitioner) -> list[PathwayVersion]:
    """What this professional may start; one query."""
    mine = Q(starters=None) | Q(starters=practitioner.profession_id)
    return list(PathwayVersion.objects.published().filter(mine).order_by("name", "pk").distinct())


def running_for(user: User) -> CarePathwayQuerySet:
    """All for the desk, whose eyes see who and when; for a professional those of his patients."""
    pathways = CarePathway.objects.active()
    if is_desk(user):
        return pathways.filter(patient__in=Patient.objects.standing())
    practitioner = practitioner_of(user)
    if practitioner is None:
        raise Http404
    seen = pathways.filter(patient__in=patients_listed_for(user).values("pk"))
    return access.without_closed(seen, practitioner, KIND)


def readable_pathways(patient: Patient, reader: Reader) -> CarePathwayQuerySet:
    """What is closed to a professional stays with the desk, which reads who and when and has to book."""
    rows = CarePathway.objects.filter(patient=patient)
    return rows if reader.at_desk else access.readable(rows, patient, reader, KIND)


def open_pathways(user: User, patient_pk: int) -> tuple[Patient, Reader]:
    """By the patient's door, which leaves its line in the trail. With two hats the desk's."""
    patient = get_patient_for_staff(user, patient_pk)
    return patient, Reader(user, None) if is_desk(user) else access.reader_of(user, patient)


def get_pathway_for_staff(user: User, patient_pk: int, pk: int) -> CarePathway:
    patient, reader = open_pathways(user, patient_pk)
    rows = CarePathway.objects.with_people().filter(patient=patient)
    if not reader.at_desk:
        return access.get_entry_or_404(rows, patient, reader, KIND, pk)
    pathway = rows.filter(pk=pk).first()
    if pathway is None:
        raise Http404
    return pathway


def get_pathway_to_plan(user: User, patient_pk: int, pk: int) -> CarePathway:
    """Visits and dates: the desk, and who takes part in the care; a record opened in an emergency is only read."""
    pathway = get_pathway_for_staff(user, patient_pk, pk)
    if not may_plan(user, pathway.patient):
        raise Http404
    return pathway


def get_pathway_for_care(user: User, patient_pk: int, pk: int) -> CarePathway:
    """What is decided about a step is the care team's, not the desk's."""
    if is_desk(user):
        raise Http404
    return get_pathway_to_plan(user, patient_pk, pk)


def may_plan(user: User, patient: Patient) -> bool:
    """The desk, and who takes part in the care: asked by `get_pathway_to_plan`, and before a button is drawn."""
    practitioner = practitioner_of(user)
    return is_desk(user) or (practitioner is not None and reason_of_care(patient, practitioner) is not None)


def require_part(user: User, patient: Patient) -> Practitioner:
    practitioner = practitioner_of(user)
    if practitioner is None or reason_of_care(patient, practitioner) is None:
        raise Http404
    return practitioner


def get_step(pathway: CarePathway, pk: int) -> PathwayStep:
    step = (
        pathway.steps.select_related("source__category", "practitioner", "appointment").filter(pk=pk).first()
    )
    if step is None:
        raise Http404
    step.pathway = pathway
    return step


def pathways_of_person(user: Visitor) -> CarePathwayQuerySet:
    """Of everybody for whom this account acts; what was refused from the start is not shown."""
    return CarePathway.objects.filter(patient__in=patients_of(user).values("pk"))


def get_my_pathway(user: Visitor, pk: int) -> CarePathway:
    pathway = CarePathway.objects.with_people().filter(pk=pk).first()
    if pathway is None:
        raise Http404
    get_patient_for(user, pathway.patient_id)
    return pathway
