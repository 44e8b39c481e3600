"""Her visit by video with her doctor, in ten minutes; somebody more is invited."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock
from teleconsult.entering import sign
from teleconsult.models import Participant, ParticipantRole, VideoVisit
from tests.factories.appointments import VisitReasonFactory
from tests.factories.teleconsult_visit import ThirdFactory, a_video_visit
from tests.matrix.frame import record
from tests.matrix.people import World


def _visit(world: World) -> VideoVisit:
    found = VideoVisit.objects.filter(appointment__patient=world.patient).first()
    return found or a_video_visit(
        reason=VisitReasonFactory(practitioner=world.doctor, name="En vidéo"),
        patient=world.patient,
        start_at=clock.now() + timedelta(minutes=10),
    )


@record("video_visit")
def video_visit(world: World) -> uuid.UUID:
    return _visit(world).key


@record("video_patient")
def video_patient(world: World) -> uuid.UUID:
    return _visit(world).participants.get(role=ParticipantRole.PATIENT).key


@record("video_third")
def video_third(world: World) -> uuid.UUID:
    visit = _visit(world)
    third = Participant.objects.filter(visit=visit, role=ParticipantRole.THIRD).first()
    return (third or ThirdFactory(visit=visit)).key


@record("video_link")
def video_link(world: World) -> str:
    return sign(_visit(world).participants.get(role=ParticipantRole.PATIENT))
