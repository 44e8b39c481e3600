"""Requests for an opinion walk to their state by what people do, as the database wants it."""

from __future__ import annotations

from typing import Any

import factory
from django.apps import apps
from django.db import transaction

from coordination.models import Urgency
from core import clock
from practitioners.models import Practitioner
from teleconsult.actions.expertise_step import begin, move_on
from teleconsult.actions.write_expertise import text_in_force
from teleconsult.expertise_states import FOLLOWS
from teleconsult.models import (
    Conversion,
    ExpertiseConsentText,
    ExpertiseRequest,
    ExpertiseState,
    ExpertPool,
    PoolMember,
    Speciality,
)
from teleconsult.usual_expertise import enter
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import CentreFactory, PractitionerFactory, ProfessionFactory


def usual_expertise() -> None:
    """A test in real transactions leaves the tables empty, those that migrations filled as well."""
    if not ExpertiseConsentText.objects.exists():
        enter(lambda name: apps.get_model("teleconsult", name))


class ExpertPoolFactory(factory.django.DjangoModelFactory[ExpertPool]):
    class Meta:
        model = ExpertPool

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Dermatologie {n}")
    speciality = Speciality.DERMATOLOGY
    responsible = factory.SubFactory(UserFactory)


def dermatology() -> Any:
    return ProfessionFactory(
        name="dermatologue",
        plural_name="dermatologues",
        slug="dermatologue",
        role_code="10",
        can_be_attending_doctor=False,
    )


def make_expert(last_name: str, pool: ExpertPool) -> Practitioner:
    """Remote, with the role of a partner and an account."""
    user = UserFactory(email=f"{last_name.lower()}@partner.example", last_name=last_name)
    RoleAssignmentFactory(user=user, role="partner")
    expert = PractitionerFactory(
        user=user, last_name=last_name, slug=last_name.lower(), kind="remote", profession=dermatology()
    )
    PoolMember.objects.create(pool=pool, practitioner=expert)
    return expert


def way_to(state: str) -> list[str]:
    """The shortest story from a draft, breadth first."""
    paths = [[str(ExpertiseState.DRAFT)]]
    for path in paths:
        if path[-1] == state:
            return path[1:]
        paths.extend([*path, after] for after in sorted(FOLLOWS[path[-1]]) if after not in path)
    raise AssertionError(state)


class ExpertiseRequestFactory(factory.django.DjangoModelFactory[ExpertiseRequest]):
    """`state=` any; `holder=` for those that somebody holds, made of the pool where none is named."""

    class Meta:
        model = ExpertiseRequest

    patient = factory.SubFactory(PatientFactory)
    requester = factory.SubFactory(PractitionerFactory, user=factory.SubFactory(UserFactory))
    written_by = factory.SelfAttribute("requester.user")
    pool = factory.SubFactory(ExpertPoolFactory)
    speciality = Speciality.DERMATOLOGY
    question = "Cette lésion du dos est-elle à retirer ?"
    urgency = Urgency.ROUTINE
    consent_means = "oral"

    @classmethod
    def _create(cls, model_class: type[ExpertiseRequest], *args: Any, **fields: Any) -> ExpertiseRequest:
        usual_expertise()
        state, holder = fields.pop("state", ExpertiseState.DRAFT), fields.pop("holder", None)
        with transaction.atomic():
            request = ExpertiseRequest(
                consent_on=clock.today(),
                consent_by=fields["written_by"],
                consent_text=text_in_force(),
                **fields,
            )
            begin(request, by=request.written_by)
            for step in way_to(state):
                if step == ExpertiseState.CLAIMED:
                    request.holder = holder or PractitionerFactory(user=UserFactory())
                if step == ExpertiseState.ANSWERED:
                    request.answered_at = clock.now()
                if step == ExpertiseState.CONVERTED:
                    request.conversion = Conversion.PRIORITY
                move_on(request, ExpertiseState(step), by=request.written_by, verb=step)
        return request
