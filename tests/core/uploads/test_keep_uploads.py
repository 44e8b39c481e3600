"""What was taken in is named, handed out, swept and left to the next where a worker or the disk fails."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from core import clock
from core.uploads import check, names, storage, washing
from core.uploads.models import Upload, UploadState
from core.uploads.receive import discard, receive
from core.uploads.refusals import NoRoom, Why
from core.uploads.serve import attachment, picture
from core.uploads.tidy import Tidied, tidy
from tests import files
from tests.core.uploads.conftest import checked, clean

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "shown", "saved"),
    [
        ("../../etc/passwd", "passwd", "passwd.jpg"),
        ("C:\\Users\\claire\\bilan.pdf", "bilan.pdf", "bilan-pdf.jpg"),
        ("ordonnance.pdf.exe", "ordonnance.pdf.exe", "ordonnance-pdf-exe.jpg"),
        ("photo\u202egpj.exe", "photo gpj.exe", "photo-gpj-exe.jpg"),
        ("a\x00b\r\nSet-Cookie: x", "a b Set-Cookie: x", "a-b-Set-Cookie-x.jpg"),
        ("…", "…", "document.jpg"),
        ("", "", "document.jpg"),
        ("Écho de l’épaule.png", "Écho de l’épaule.png", "Écho-de-l’épaule-png.jpg"),
        ("é" * 400, "é" * 119 + "…", "é" * 119 + ".jpg"),
    ],
)
def test_names_are_shown_and_never_used(name, shown, saved):
    assert names.shown(name) == shown
    assert names.for_download(shown, "image/jpeg") == saved


def test_handed_out_to_be_saved():
    upload = checked(files.pdf())
    response = attachment(upload, "Bilan d’août")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Bilan-d%E2%80%99ao%C3%BBt.pdf"
    headers = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy")
    assert [response[name] for name in headers] == [
        "application/pdf",
        "nosniff",
        "no-store, private",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    ]
    assert response.content == clean(upload)
    response.close()
    page = picture(upload, storage.page(1))
    page.close()
    assert (page["Content-Type"], page.headers.get("Content-Disposition", "")[:6]) == ("image/jpeg", "inline")


def test_a_full_disk_says_so_and_keeps_no_row(monkeypatch, uploads):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom, match="la place manque"):
        receive(files.sent(files.pdf()), actor=None)
    assert (Upload.objects.exists(), list(uploads.glob("??/*"))) == (False, [])


def test_a_transaction_that_fails_leaves_a_file_that_is_swept(uploads):
    upload = receive(files.sent(files.pdf()), actor=None)
    Upload.objects.all().delete()
    place = storage.folder(upload.key)
    assert (tidy(), place.is_dir()) == (Tidied(), True)
    os.utime(place, (0, 0))
    assert (tidy(), place.exists()) == (Tidied(files_removed=1), False)


def test_a_row_that_nobody_points_to_is_swept():
    upload = checked(files.pdf())
    Upload.objects.update(sent_at=clock.now() - timedelta(days=2))
    assert tidy() == Tidied(rows_removed=1)
    assert Upload.objects.exists() is False
    assert upload.pk


def test_a_file_that_is_missing_or_altered_is_said():
    upload = checked(files.pdf())
    place = storage.folder(upload.key) / storage.CLEAN
    place.write_bytes(place.read_bytes() + b"x")
    assert tidy(read_all=True) == Tidied(altered=1)
    place.unlink()
    assert tidy() == Tidied(missing=1)
    upload.refresh_from_db()
    assert upload.missing_since is not None


def test_discarded_with_the_commit(django_capture_on_commit_callbacks):
    upload = checked(files.pdf())
    with django_capture_on_commit_callbacks(execute=True):
        discard(upload)
        assert storage.folder(upload.key).exists()
    assert storage.folder(upload.key).exists() is False


def test_a_worker_that_dies_leaves_the_file_to_the_next(monkeypatch):
    receive(files.sent(files.pdf()), actor=None)
    claimed = check.claim()
    assert claimed is not None
    assert check.claim() is None  # another one has it
    Upload.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert check.check_waiting() is False
    # The one that was only slow comes back: it changes nothing any more.
    monkeypatch.setattr(washing, "wash", lambda *_: washing.Verdict(why=Why.TRAP))
    assert check.check(claimed).state == UploadState.READY


def test_a_file_that_kills_three_workers_is_refused(monkeypatch):
    monkeypatch.setattr(washing, "wash", lambda *_: (_ for _ in ()).throw(OSError()))
    receive(files.sent(files.pdf()), actor=None)
    for _again in range(3):
        Upload.objects.update(lease_until=None, state=UploadState.RECEIVED)
        upload = check.check(check.claim())
    assert (upload.state, upload.why) == (UploadState.REFUSED, Why.FAILED)
