"""Requests to partners, as the owner's own doctor writes them."""

from __future__ import annotations

from typing import Any

from partnerships.actions.intake_links import make_intake_link
from partnerships.actions.take_request import take_nameless_request
from partnerships.models import (
    ConsultationRequest,
    IntakeLink,
    RequestFile,
    RequestIdentity,
    RequestOrigin,
    RequestState,
)
from patients.models.pseudonym import Channel
from tests.factories.documents import UploadFactory
from tests.factories.partnerships import AdvancedConsultationFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.matrix.frame import record
from tests.matrix.people import World


def request_of(world: World, state: str, **fields: Any) -> ConsultationRequest:
    return ConsultationRequestFactory(
        patient=world.patient, requester=world.doctor, origin=RequestOrigin.HOUSE, state=state, **fields
    )


def open_to_all(world: World):
    return AdvancedConsultationFactory(
        takes_self_referrals=True, allows_pseudonym=True, takes_outside_referrals=True
    )


@record("request")
def request(world: World) -> int:
    return request_of(world, RequestState.RECEIVED).pk


@record("request_file")
def request_file(world: World) -> int:
    held = ConsultationRequest.objects.get(pk=world.keys["request"])
    return RequestFile.objects.create(request=held, upload=UploadFactory(on_disk=True), name="Bilan").pk


@record("draft_request")
def draft_request(world: World) -> int:
    return request_of(world, RequestState.DRAFT).pk


@record("asked_request")
def asked_request(world: World) -> int:
    return request_of(world, RequestState.ASKED).pk


@record("nameless_request")
def nameless_request(world: World) -> int:
    identity = RequestIdentity(alias="Martin", birth_year=1985, channel=Channel.NONE)
    return take_nameless_request(open_to_all(world), "Arrêter.", identity).pk


@record("open_programme")
def open_programme(world: World) -> int:
    return open_to_all(world).pk


@record("intake_link")
def intake_link(world: World) -> int:
    link = IntakeLink(programme=open_to_all(world), name="Dr Martin")
    return make_intake_link(link, actor=world.users["coordinator"]).pk
