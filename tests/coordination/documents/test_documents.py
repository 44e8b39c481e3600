"""Documents of the record: added, checked, read, replaced, withdrawn; hidden from whom it is closed to."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from coordination.actions.add_documents import add_documents
from coordination.actions.change_document import withdraw_document
from coordination.models import Document, DocumentState
from core.audit.models import AuditEvent
from core.uploads import check, storage
from core.uploads.models import Upload
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests import files
from tests.coordination.documents.cast import SAID, page
from tests.factories.documents import DocumentFactory

pytestmark = pytest.mark.django_db


def add(doctor, patient, *sent, **said):
    data = {**SAID, **said, "documents": list(sent)}
    return doctor.client.post(reverse("add_documents", args=[patient.pk]), data)


def lines(patient, action):
    rows = AuditEvent.objects.filter(patient_id=patient.pk, action=action)
    return list(rows.order_by("pk").values_list("actor_label", "reason"))


def test_added_checked_read_and_downloaded(doctor, cared, owner):
    answer = add(doctor, cared, files.sent(files.pdf(2), "IMG.exe"), files.sent(files.picture(), "b.jpg"))
    assert answer["Location"] == reverse("documents", args=[cared.pk])
    first, second = Document.objects.order_by("pk")
    assert [(one.title, one.kind, one.dated_on, one.state, one.added_by) for one in (first, second)] == [
        (
            "Compte rendu, mardi 3\u00a0novembre\u00a02026 (1)",
            "report",
            date(2026, 11, 3),
            "current",
            doctor.user,
        ),
        (
            "Compte rendu, mardi 3\u00a0novembre\u00a02026 (2)",
            "report",
            date(2026, 11, 3),
            "current",
            doctor.user,
        ),
    ]
    assert "en contrôle…" in doctor.client.get(page(first, "document_state")).text
    assert doctor.client.get(page(first, "document_file")).status_code == 404
    check.check_waiting()
    shown = doctor.client.get(page(first)).text
    assert (reverse("document_page", args=[cared.pk, first.pk, 2]) in shown, "2 pages" in shown) == (
        True,
        True,
    )
    picture = doctor.client.get(page(first, "document_page", 2))
    assert (picture["Content-Type"], picture.content[:3]) == (
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    saved = doctor.client.get(page(first, "document_file"))
    assert saved["Content-Disposition"].startswith("attachment;")
    assert saved.content.startswith(b"%PDF")
    # One line for the reading, with its pages; one for the file that left.
    assert lines(cared, "patient.opened_document") == [
        (str(doctor.user), "a lu un document ajouté le dimanche 22\u00a0novembre\u00a02026")
    ]
    assert lines(cared, "patient.opened_document_file") == [
        (str(doctor.user), "a téléchargé un document ajouté le dimanche 22\u00a0novembre\u00a02026")
    ]
    assert "a téléchargé un document" in owner.client.get(reverse("record_openings")).text


def test_one_wrong_file_keeps_all_out_and_what_was_typed_in(doctor, cared, uploads):
    answer = add(doctor, cared, files.sent(files.pdf()), files.sent(b"<svg/>", "x.png"), title="Échographie")
    assert answer.status_code == 422
    assert "x.png – Ce fichier n’est ni une image" in answer.text
    assert "Échographie" in answer.text
    assert (Document.objects.exists(), Upload.objects.exists(), list(uploads.glob("*"))) == (False, False, [])


def test_a_full_disk_is_said(doctor, cared, monkeypatch, uploads):
    written = storage.write

    def full(key, chunks):
        if Upload.objects.exists():
            raise OSError(28, "No space left on device")
        written(key, chunks)

    monkeypatch.setattr(storage, "write", full)
    answer = add(doctor, cared, files.sent(files.pdf()), files.sent(files.pdf()), title="Échographie")
    assert (answer.status_code, "la place manque" in answer.text, "Échographie" in answer.text) == (
        422,
        True,
        True,
    )
    assert (Document.objects.exists(), list(uploads.glob("??/*"))) == (False, [])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 3000 + ".pdf", "\u202efdp.exe", "x\x00.pdf", ".pdf.php"]
)
def test_hostile_names(doctor, cared, name, uploads):
    assert add(doctor, cared, files.sent(files.pdf(), name)).status_code == 302
    upload = Upload.objects.get()
    assert (len(upload.sent_name) <= 130, [p.name for p in uploads.glob("*/*")]) == (True, [upload.key.hex])


def test_a_script_sends_one_by_one_and_gets_a_line(doctor, cared):
    address = reverse("add_documents", args=[cared.pk])
    headers = {"X-Requested-With": "upload"}
    answer = doctor.client.post(address, {**SAID, "documents": files.sent(files.pdf())}, headers=headers)
    document = Document.objects.get()
    assert (answer.status_code, page(document, "document_state") in answer.text) == (200, True)
    answer = doctor.client.post(address, {**SAID, "documents": files.sent(b"")}, headers=headers)
    assert (answer.status_code, "Ce fichier est vide" in answer.text) == (422, True)


def test_a_refused_file_says_why_and_its_sender_throws_it_away(
    doctor, cared, teammate, uploads, django_capture_on_commit_callbacks
):
    add(doctor, cared, files.sent(files.pdf_locked(to_open=True)))
    check.check_waiting()
    document = Document.objects.get()
    assert "protégé par un mot de passe" in doctor.client.get(page(document, "document_state")).text
    drop = reverse("drop_document", args=[document.pk])
    assert teammate.client.post(drop).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert doctor.client.post(drop).status_code == 302
    assert (Document.objects.exists(), Upload.objects.exists()) == (False, False)


@pytest.mark.parametrize(
    "name", ["document", "document_file", "document_state", "share_document", "withdraw_document"]
)
def test_a_document_does_not_exist_for_others(name, cared, doctor, teammate, outsider, desk, owner):
    document = DocumentFactory(patient=cared, added_by=doctor.user, upload__on_disk=True)
    for client in (teammate.client, outsider.client, desk, owner.client):
        for ask in (client.get, client.post):
            assert ask(page(document, name)).status_code in (404, 405), name
    # Nor under the number of a patient whom one does know.
    other = DocumentFactory(patient=outsider.patient)
    address = reverse(name, args=[cared.pk, other.pk])
    assert doctor.client.get(address).status_code in (404, 405)


def test_replaced_and_the_old_one_stands_again(doctor, cared):
    old = DocumentFactory(patient=cared, added_by=doctor.user, upload__on_disk=True)
    answer = doctor.client.post(page(old, "replace_document"), {"documents": files.sent(files.pdf())})
    new = old.replaced_by
    assert answer["Location"] == page(new)
    assert list(Document.objects.filed()) == [old]  # until the new one is checked
    check.check_waiting()
    assert list(Document.objects.filed()) == [new]
    assert "version plus récente" in doctor.client.get(page(old)).text
    again = doctor.client.post(page(old, "replace_document"), {"documents": files.sent(files.pdf())})
    assert (again.status_code, "vient d’être ajoutée" in again.text) == (422, True)
    withdraw_document(new, "Document d’une autre personne", actor=doctor.user)
    assert list(Document.objects.filed()) == [old]
    assert doctor.client.get(page(new, "document_file")).status_code == 404
    assert "Document d’une autre personne" in doctor.client.get(page(new)).text


def test_withdrawn_only_with_a_reason_and_by_who_answers_for_it(doctor, cared, teammate):
    document = DocumentFactory(patient=cared, added_by=doctor.user, upload__on_disk=True)
    assert doctor.client.post(page(document, "withdraw_document"), {"reason": ""}).status_code == 422
    CareTeamMember.objects.create(patient=cared, practitioner=teammate.practitioner, reason=Reason.REFERRAL)
    assert teammate.client.get(page(document)).status_code == 200
    assert teammate.client.post(page(document, "withdraw_document"), {"reason": "x"}).status_code == 404
    doctor.client.post(page(document, "withdraw_document"), {"reason": "Doublon"})
    document.refresh_from_db()
    assert (document.state, document.withdrawn_why) == (DocumentState.WITHDRAWN, "Doublon")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_files_at_once(doctor, cared, uploads):
    """Twenty threads, five files each: all are kept, each is checked once, none lies about without its row."""
    failed: list[Exception] = []

    def send():
        try:
            for _again in range(5):
                said = {"kind": "photo", "dated_on": date(2026, 11, 3), "is_shared": True}
                add_documents(cared, [files.sent(files.picture())], said, actor=doctor.user)
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = {row.key.hex for row in Upload.objects.all()}
    assert (failed, Document.objects.count(), len(keys)) == ([], 100, 100)
    assert {place.name for place in uploads.glob("??/*")} == keys


def test_two_workers_share_the_work(doctor, cared, settings):
    """As many at once as allowed, and no file twice."""
    settings.UPLOADS_AT_ONCE = 2
    said = {"kind": "photo", "dated_on": date(2026, 11, 3)}
    add_documents(cared, [files.sent(files.picture()) for _ in range(3)], said, actor=doctor.user)
    first, second = check.claim(), check.claim()
    assert (first == second, check.claim()) == (False, None)
