"""A photograph of her record, and one that her doctor is sending."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from core import clock
from teleconsult.models import PhotoUpload, VideoVisit
from tests.factories.appointments import VisitReasonFactory
from tests.factories.teleconsult_photo import ClinicalPhotoFactory
from tests.factories.teleconsult_visit import a_video_visit
from tests.matrix.frame import record
from tests.matrix.people import World


@record("photo")
def photo(world: World) -> UUID:
    author = world.users["doctor"]
    return ClinicalPhotoFactory(patient=world.patient, taken_by=author, upload__on_disk=True).key


@record("photo_on_its_way")
def photo_on_its_way(world: World) -> UUID:
    return PhotoUpload.objects.create(user=world.users["doctor"], patient=world.patient, size=100).key


@record("photo_visit")
def photo_visit(world: World) -> UUID:
    """With her doctor, for half an hour."""
    found = VideoVisit.objects.filter(appointment__patient=world.patient).first()
    made = found or a_video_visit(
        reason=VisitReasonFactory(practitioner=world.doctor, name="Par vidéo"),
        patient=world.patient,
        start_at=clock.now() - timedelta(minutes=30),
    )
    return made.key
