"""A document of her record, and one that she has sent to her doctor."""

from __future__ import annotations

from coordination.models import DocumentState, Origin
from tests.factories.documents import DocumentFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("document")
def document(world: World) -> int:
    author = world.users["doctor"]
    return DocumentFactory(patient=world.patient, added_by=author, upload__on_disk=True).pk


@record("sent_document")
def sent_document(world: World) -> int:
    return DocumentFactory(
        patient=world.patient,
        added_by=world.users["owner"],
        addressed_to=world.doctor,
        origin=Origin.PATIENT,
        state=DocumentState.TO_FILE,
        upload__on_disk=True,
    ).pk


@record("page_number")
def page_number(world: World) -> int:
    return 1
