"""Requests for an opinion, as the owner's own doctor writes them; the teammate is the expert who answers."""

from __future__ import annotations

from typing import Any

from teleconsult.models import ExpertiseAnswer, ExpertiseRequest, ExpertiseState, PoolMember
from tests.factories.teleconsult_expertise import ExpertiseRequestFactory, ExpertPoolFactory
from tests.matrix.frame import record
from tests.matrix.people import World


def expertise_of(world: World, state: str, **fields: Any) -> ExpertiseRequest:
    pool = ExpertPoolFactory(responsible=world.users["coordinator"])
    PoolMember.objects.create(pool=pool, practitioner=world.practitioners["teammate"])
    return ExpertiseRequestFactory(
        patient=world.patient,
        requester=world.doctor,
        pool=pool,
        state=state,
        holder=world.practitioners["teammate"],
        **fields,
    )


@record("draft_expertise")
def draft_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.DRAFT).pk


@record("sent_expertise")
def sent_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.SENT).pk


@record("held_expertise")
def held_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.CLAIMED).pk


@record("asked_expertise")
def asked_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.ASKED).pk


def _answered(world: World) -> ExpertiseAnswer:
    request = expertise_of(world, ExpertiseState.ANSWERED)
    expert = world.practitioners["teammate"]
    said = {"conclusion": "Sans gravité.", "action": "watch", "within": "year"}
    return ExpertiseAnswer.objects.create(
        request=request, author=expert, written_by=world.users["teammate"], **said
    )


@record("answered_expertise")
def answered_expertise(world: World) -> int:
    return _answered(world).request_id


@record("shown_opinion")
def shown_opinion(world: World) -> int:
    answer = _answered(world)
    ExpertiseRequest.objects.filter(pk=answer.request_id).update(shared_at=answer.written_at)
    return answer.pk


@record("converted_expertise")
def converted_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.CONVERTED).pk


@record("declined_expertise")
def declined_expertise(world: World) -> int:
    return expertise_of(world, ExpertiseState.DECLINED).pk
