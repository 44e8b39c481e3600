"""A photograph whose file has been checked; the file is on the disk where a test asks for it."""

from __future__ import annotations

import factory

from teleconsult.models import ClinicalPhoto, Lesion, PhotoSitting
from tests.factories.accounts import UserFactory
from tests.factories.documents import UploadFactory
from tests.factories.patients import PatientFactory


class PhotoUploadFileFactory(UploadFactory):
    sent_type = content_type = "image/jpeg"


class LesionFactory(factory.django.DjangoModelFactory[Lesion]):
    class Meta:
        model = Lesion

    patient = factory.SubFactory(PatientFactory)
    label = "Grain de beauté"
    body_site = "back"
    side = "left"
    noted_by = factory.SubFactory(UserFactory)


class PhotoSittingFactory(factory.django.DjangoModelFactory[PhotoSitting]):
    class Meta:
        model = PhotoSitting

    patient = factory.SubFactory(PatientFactory)
    taken_by = factory.SubFactory(UserFactory)


class ClinicalPhotoFactory(factory.django.DjangoModelFactory[ClinicalPhoto]):
    class Meta:
        model = ClinicalPhoto

    patient = factory.SubFactory(PatientFactory)
    taken_by = factory.SubFactory(UserFactory)
    upload = factory.SubFactory(PhotoUploadFileFactory)
    sitting = factory.SubFactory(
        PhotoSittingFactory,
        patient=factory.SelfAttribute("..patient"),
        taken_by=factory.SelfAttribute("..taken_by"),
    )
    taken_at = factory.SelfAttribute("sitting.taken_at")
    view = "close-up"
    body_site = "back"
    side = "left"
