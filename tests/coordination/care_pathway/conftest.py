"""Troubles de l’équilibre: the doctor starts, the physiotherapist treats, and what each step and page says of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.models import Appointment
from coordination.actions.start_pathway import start_pathway
from coordination.models import CarePathway, InformedBy, PathwayStep, PathwayVersion, StepKind
from coordination.pathway_board import plan_of
from coordination.pathway_plan import StepState
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.pathways import PathwayVersionFactory, TemplateStepFactory

TODAY = date(2026, 11, 22)


@pytest.fixture
def version(doctor) -> PathwayVersion:
    """A visit to the doctor, then information within one to two weeks, then only if needed a meeting."""
    version = PathwayVersionFactory()
    category = doctor.reason.category
    TemplateStepFactory(
        version=version,
        position=1,
        kind=StepKind.APPOINTMENT,
        title="Bilan de chute",
        category=category,
        practitioner=doctor.practitioner,
        delay_min=0,
        delay_ideal=1,
        delay_max=3,
        question="Faut-il rééduquer ?",
        answers=["oui", "non"],
    )
    TemplateStepFactory(
        version=version,
        position=2,
        after=1,
        title="Exercices à la maison",
        only_if="oui",
        patient_words="Bouger",
    )
    TemplateStepFactory(
        version=version, position=3, after=2, kind=StepKind.MEETING, title="RCP", is_optional=True
    )
    return version


@pytest.fixture
def pathway(version, owner, doctor) -> CarePathway:
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    return start_pathway(
        owner.patient, version, doctor.practitioner, actor=doctor.user, informed_by=InformedBy.ORAL
    )


@pytest.fixture
def desk(db, sunday):
    user = RoleAssignmentFactory(role=Role.COORDINATOR).user
    user.client = sign_in(user)
    return user


def states(pathway: CarePathway) -> list[StepState]:
    return [one.state for one in plan_of(pathway).standings]


def steps(pathway: CarePathway) -> list[PathwayStep]:
    return [one.step for one in plan_of(pathway).standings]


def page(pathway: CarePathway) -> str:
    return reverse("care_pathway", args=[pathway.patient_id, pathway.pk])


def change(client, pathway: CarePathway, step: PathwayStep, do: str, **data):
    return client.post(
        reverse("change_pathway_step", args=[pathway.patient_id, pathway.pk, step.pk, do]), data
    )


def book_first(pathway: CarePathway, doctor, hour: int = 9) -> Appointment:
    """By the page of free times."""
    step = steps(pathway)[0]
    url = reverse("book_pathway_step", args=[pathway.patient_id, pathway.pk, step.pk])
    slot = f"{doctor.reason.pk}.{int(on_monday(hour).timestamp())}"
    assert doctor.client.post(url, {"slot": slot}).status_code == 302
    return Appointment.objects.get(patient=pathway.patient)
