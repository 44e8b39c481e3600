"""Requests walk to their state step by step, as the database wants it: nothing without a story and a clock."""

from __future__ import annotations

from collections import deque
from typing import Any

import factory
from django.db import transaction

from core import clock
from partnerships.actions.request_step import begin, move_on
from partnerships.models import HELD, ConsultationRequest, RequestOrigin, RequestState
from partnerships.request_states import FOLLOWS
from tests.factories.partnerships import AdvancedConsultationFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory


def way_to(state: str) -> list[str]:
    """The shortest story from a draft."""
    paths: deque[list[str]] = deque([[RequestState.DRAFT]])
    while paths:
        path = paths.popleft()
        if path[-1] == state:
            return path[1:]
        paths.extend([*path, after] for after in sorted(FOLLOWS[path[-1]]) if after not in path)
    raise AssertionError(state)


class ConsultationRequestFactory(factory.django.DjangoModelFactory[ConsultationRequest]):
    """`state=` any, `appointment=` where it is booked; priority 3 once accepted, unless another is given."""

    class Meta:
        model = ConsultationRequest

    programme = factory.SubFactory(AdvancedConsultationFactory)
    patient = factory.SubFactory(PatientFactory)
    origin = RequestOrigin.HOUSE
    requester = factory.SubFactory(PractitionerFactory)
    requester_profession = factory.SelfAttribute("requester.profession")
    written_by = factory.SelfAttribute("requester.user")
    question = "Avis et prise en charge."
    consent_means = "oral"
    consent_on = factory.LazyFunction(clock.today)

    @classmethod
    def _create(
        cls, model_class: type[ConsultationRequest], *args: Any, **fields: Any
    ) -> ConsultationRequest:
        state = fields.pop("state", RequestState.DRAFT)
        late = {
            name: fields.pop(name)
            for name in ("priority", "appointment", "redirected_to", "referral")
            if name in fields
        }
        origin = fields["origin"]
        if origin != RequestOrigin.HOUSE:
            fields |= {"requester": None, "requester_profession": None, "written_by": fields["written_by"]}
        with transaction.atomic():
            request = ConsultationRequest(**fields)
            begin(request, by=request.written_by, verb="written")
            for step in way_to(state):
                for name, value in late.items():
                    setattr(request, name, value if step in (*HELD, state) else None)
                if step == RequestState.ACCEPTED and request.priority is None:
                    request.priority = 3
                move_on(request, RequestState(step), by=request.written_by, verb=step)
        return request
