"""A document whose file has been checked; its pages are on the disk where a test asks for them."""

from __future__ import annotations

import factory

from coordination.models import Document
from core.uploads import storage
from core.uploads.models import Upload, UploadState
from tests import files
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory


class UploadFactory(factory.django.DjangoModelFactory[Upload]):
    class Meta:
        model = Upload
        skip_postgeneration_save = True

    state = UploadState.READY
    sent_type = content_type = "application/pdf"
    sent_size = size = 100
    digest = "0" * 64
    pages = previews = 1

    @factory.post_generation
    def on_disk(self, create, extracted, **kwargs):
        if extracted:
            place = storage.folder(self.key)
            place.mkdir(parents=True)
            (place / storage.CLEAN).write_bytes(files.pdf())
            for part in (storage.THUMB, storage.page(1)):
                (place / part).write_bytes(files.picture())


class DocumentFactory(factory.django.DjangoModelFactory[Document]):
    class Meta:
        model = Document

    patient = factory.SubFactory(PatientFactory)
    upload = factory.SubFactory(UploadFactory)
    added_by = factory.SubFactory(UserFactory)
    title = "Compte rendu de cardiologie"
    kind = "report"
