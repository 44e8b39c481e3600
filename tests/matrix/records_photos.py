"""A photograph of her record, and one that her doctor is sending."""

from __future__ import annotations

from uuid import UUID

from teleconsult.models import PhotoUpload
from tests.factories.teleconsult_photo import ClinicalPhotoFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("photo")
def photo(world: World) -> UUID:
    author = world.users["doctor"]
    return ClinicalPhotoFactory(patient=world.patient, taken_by=author, upload__on_disk=True).key


@record("photo_on_its_way")
def photo_on_its_way(world: World) -> UUID:
    return PhotoUpload.objects.create(user=world.users["doctor"], patient=world.patient, size=100).key
