"""A document goes to the patient and comes from him, and leaves with him."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.actions.change_document import share_document
from coordination.actions.forget_documents import forget_documents
from coordination.models import Document, DocumentState, Origin
from coordination.timeline import source_of
from core.formats import french
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from core.uploads import check
from tests import files
from tests.coordination.documents.cast import SAID, page
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db


def test_shared_then_no_longer(doctor, cared, owner, outsider):
    document = DocumentFactory(patient=cared, added_by=doctor.user, upload__on_disk=True)
    mine = reverse("my_document_file", args=[document.pk])
    assert owner.client.get(mine).status_code == 404
    doctor.client.post(page(document, "share_document"), {"shared": "yes"})
    answer = owner.client.get(mine)
    assert answer.content.startswith(b"%PDF")
    assert document.title in owner.client.get(reverse("my_documents")).text
    assert outsider.client.get(mine).status_code == 404
    message = OutboxMessage.objects.get(kind="document.shared")
    kind = find("document.shared")
    text = kind.render([message], {})
    assert document.title not in text.text
    assert kind.addresses([message]) == {message.pk: owner.user.email}
    doctor.client.post(page(document, "share_document"), {"shared": "no"})
    assert (owner.client.get(mine).status_code, kind.addresses([message])) == (404, {})


def test_what_she_sent_is_said_once_and_in_her_words(owner, doctor, cared):
    """« À classer » is the work of who receives it; a title made of kind and day is not said again below itself."""
    data = {"patient": cared.pk, "to": doctor.practitioner.pk, "kind": "photo", "note": ""}
    owner.client.post(reverse("send_documents"), {**data, "documents": files.sent(files.picture())})
    check.check_waiting()
    document = Document.objects.get()
    assert (document.title, document.has_own_title) == (document.kind_and_day, False)
    again = " ".join(f"Photo · {french.full_day_with_year(document.dated_on)}".split())
    line = " ".join(owner.client.get(reverse("my_documents")).text.split())
    assert (again in line, "envoyé" in line, "à classer" in line) == (False, True, False)
    assert "à classer" in doctor.client.get(reverse("documents", args=[cared.pk])).text
    document.title = "Cheville gauche"
    document.save(update_fields=["title"])
    named = " ".join(owner.client.get(reverse("my_documents")).text.split())
    assert again in named


def test_sent_by_the_patient_filed_by_her_doctor(owner, doctor, cared, teammate):
    data = {"patient": cared.pk, "to": doctor.practitioner.pk, "kind": "photo", "note": "Ma cheville"}
    answer = owner.client.post(reverse("send_documents"), {**data, "documents": files.sent(files.picture())})
    assert answer["Location"] == reverse("my_documents")
    document = Document.objects.get()
    assert (document.origin, document.state, document.addressed_to) == (
        Origin.PATIENT,
        DocumentState.TO_FILE,
        doctor.practitioner,
    )
    assert "Rien à classer" in doctor.client.get(reverse("documents_to_file")).text
    check.check_waiting()
    assert page(document) in doctor.client.get(reverse("documents_to_file")).text
    assert "Rien à classer" in teammate.client.get(reverse("documents_to_file")).text
    assert "Ma cheville" in doctor.client.get(page(document)).text
    filed = {**SAID, "kind": "photo", "title": "Cheville gauche", "note": "Œdème"}
    doctor.client.post(page(document, "file_sent_document"), filed)
    document.refresh_from_db()
    assert (document.state, document.title, document.filed_by) == ("current", "Cheville gauche", doctor.user)
    assert doctor.client.post(page(document, "file_sent_document"), filed, follow=True).text.count(
        "vient de traiter"
    )
    assert owner.client.get(reverse("my_document", args=[document.pk])).status_code == 200


def test_sent_back_with_a_sentence(owner, doctor, cared):
    document = DocumentFactory(
        patient=cared,
        added_by=owner.user,
        origin=Origin.PATIENT,
        addressed_to=doctor.practitioner,
        state=DocumentState.TO_FILE,
        upload__on_disk=True,
    )
    assert doctor.client.post(page(document, "return_document"), {"retour-answer": ""}).status_code == 422
    doctor.client.post(page(document, "return_document"), {"retour-answer": "La photo est floue."})
    assert "La photo est floue." in owner.client.get(reverse("my_documents")).text
    assert OutboxMessage.objects.filter(kind="document.returned", recipient=owner.user).count() == 1
    assert doctor.client.get(reverse("documents", args=[cared.pk])).status_code == 200
    assert list(Document.objects.filed()) == []


def test_sent_only_to_who_cares_for_this_person(owner, doctor, teammate, cared, outsider):
    sent = {"kind": "photo", "documents": files.sent(files.picture())}
    wrong = [
        {"patient": cared.pk, "to": teammate.practitioner.pk},  # cares for nobody of hers
        {"patient": owner.child.pk, "to": doctor.practitioner.pk},  # for her, not for her child
        {"patient": outsider.patient.pk, "to": doctor.practitioner.pk},
        {"patient": "x", "to": "\x00"},
    ]
    for data in wrong:
        sent["documents"].seek(0)
        assert owner.client.post(reverse("send_documents"), {**sent, **data}).status_code == 422
    assert Document.objects.exists() is False


def test_the_desk_hands_on_a_letter_and_does_not_read_it(desk, doctor, cared):
    address = reverse("deposit_documents", args=[cared.pk])
    data = {**SAID, "to": doctor.practitioner.pk, "documents": files.sent(files.pdf())}
    assert desk.post(address, data)["Location"] == address
    check.check_waiting()
    document = Document.objects.get()
    assert (document.origin, document.state) == (Origin.DESK, DocumentState.TO_FILE)
    assert document.title in desk.get(address).text
    for name in ("document", "document_file"):
        assert desk.get(page(document, name)).status_code == 404
    assert desk.get(page(document, "document_page", 1)).status_code == 404


def test_lists_cost_the_same_whatever_their_length(doctor, owner, cared):
    def queries(client, address):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    addresses = [
        (doctor.client, reverse("documents", args=[cared.pk])),
        (doctor.client, reverse("documents_to_file")),
        (owner.client, reverse("my_documents")),
    ]

    def fill(count):
        sent = {"addressed_to": doctor.practitioner, "state": "to-file", "origin": "patient"}
        DocumentFactory.create_batch(count, patient=cared, added_by=owner.user, **sent)
        DocumentFactory.create_batch(count, patient=cared, added_by=doctor.user)

    fill(1)
    few = [queries(*one) for one in addresses * 2][3:]  # the first time fills what a process remembers
    fill(10)
    assert [queries(*one) for one in addresses] == few
    assert max(few) <= 15


def test_in_the_timeline_and_beside_it(doctor, cared):
    document = DocumentFactory(patient=cared, added_by=doctor.user, title="Audiogramme")
    DocumentFactory(
        patient=cared, state=DocumentState.WITHDRAWN, withdrawn_why="x", withdrawn_at=document.added_at
    )
    source = source_of("document")
    assert list(source.rows(cared, doctor.practitioner)) == [document]
    [entry] = source.entries([document.pk])
    assert (entry.title, entry.url, entry.title_for_patient) == ("Audiogramme", page(document), "Un document")
    assert "Audiogramme" in doctor.client.get(reverse("record_panel", args=[cared.pk, "documents"])).text


def test_taken_away_with_its_file(doctor, owner, cared):
    shared = DocumentFactory(patient=cared, added_by=doctor.user, title="Bilan", upload__on_disk=True)
    share_document(shared, is_shared=True, actor=doctor.user)
    DocumentFactory(patient=cared, added_by=doctor.user, title="Biopsie", upload__on_disk=True)
    answer = owner.client.get(reverse("export_archive"))
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        written = archive.namelist()
        words = archive.read("mes-donnees.html").decode() + archive.read("mes-donnees.json").decode()
    assert written == [
        "mes-donnees.html",
        "mes-donnees.json",
        f"documents/{shared.pk}-{shared.dated_on:%Y-%m-%d}-Bilan.pdf",
    ]
    assert ("Bilan" in words, "Biopsie" in words) == (True, False)


@pytest.mark.parametrize(("keep_care", "stays"), [(True, ["current"]), (False, [])])
def test_forgotten_with_the_person(
    keep_care, stays, doctor, owner, cared, uploads, django_capture_on_commit_callbacks
):
    sent = {"addressed_to": doctor.practitioner, "state": "to-file", "origin": "patient"}
    DocumentFactory(patient=cared, added_by=owner.user, upload__on_disk=True, **sent)
    DocumentFactory(patient=cared, added_by=doctor.user, upload__on_disk=True)
    with django_capture_on_commit_callbacks(execute=True):
        forget_documents(cared, keep_care=keep_care)
    assert list(Document.objects.values_list("state", flat=True)) == stays
    assert len(list(uploads.glob("??/*"))) == len(stays)
