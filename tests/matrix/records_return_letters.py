"""Visits that the visiting professional gave: one to write of, one written, one shared."""

from __future__ import annotations

from datetime import timedelta

from appointments.models import Status
from core import clock
from partnerships.models import ConsultationRequest, LetterMeans, RequestState, ReturnLetter
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.partnerships_invitation import programme_of
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.matrix.frame import record
from tests.matrix.people import World


def _seen(world: World, hours: int, state: RequestState = RequestState.SEEN) -> ConsultationRequest:
    start = clock.now() - timedelta(days=300, hours=hours)
    visit = AppointmentFactory(
        reason=VisitReasonFactory(practitioner=world.practitioners["agreed_partner"]),
        patient=world.patient,
        start_at=start,
        status=Status.FULFILLED,
    )
    return ConsultationRequestFactory(
        programme=programme_of(world.users["coordinator"]),
        patient=world.patient,
        requester=world.doctor,
        state=state,
        appointment=visit,
    )


def _letter(world: World, hours: int) -> ReturnLetter:
    return ReturnLetter.objects.create(
        request=_seen(world, hours, RequestState.CLOSED),
        means=LetterMeans.WRITTEN,
        author=world.practitioners["agreed_partner"],
        written_by=world.users["agreed_partner"],
        conclusion="Rien d’inquiétant.",
        arrived_at=clock.now(),
    )


@record("letter_to_write")
def letter_to_write(world: World) -> int:
    return _seen(world, 1).pk


@record("return_letter")
def return_letter(world: World) -> int:
    return _letter(world, 3).pk


@record("shared_letter")
def shared_letter(world: World) -> int:
    letter = _letter(world, 5)
    letter.shared_at = clock.now()
    letter.save(update_fields=["shared_at"])
    return letter.pk
