"""Requests that were accepted: one that waits, one that is invited."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from partnerships.invitation_links import invitation_token
from partnerships.models import RequestInvitation, RequestState
from tests.factories.partnerships_invitation import programme_of
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("waiting_programme")
def waiting_programme(world: World) -> int:
    return programme_of(world.users["coordinator"]).pk


@record("accepted_request")
def accepted_request(world: World) -> int:
    programme = programme_of(world.users["coordinator"])
    return ConsultationRequestFactory(
        programme=programme, patient=world.patient, requester=world.doctor, state=RequestState.ACCEPTED
    ).pk


def _invited(world: World) -> RequestInvitation:
    request = ConsultationRequestFactory(
        programme=programme_of(world.users["coordinator"]),
        patient=world.patient,
        requester=world.doctor,
        state=RequestState.INVITED,
    )
    now = clock.now()
    return RequestInvitation.objects.create(
        request=request, remind_at=now + timedelta(days=3), expires_at=now + timedelta(days=7)
    )


@record("seat_invitation")
def seat_invitation(world: World) -> int:
    return _invited(world).pk


@record("seat_link")
def seat_link(world: World) -> str:
    return invitation_token(_invited(world))
