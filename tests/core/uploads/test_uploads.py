"""What comes in from outside: known by its content, opened by a child, written anew, or refused with a sentence."""

import os
import subprocess
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from core import clock
from core.uploads import check, names, storage, washing
from core.uploads.models import Upload, UploadState
from core.uploads.receive import discard, receive
from core.uploads.refusals import NoRoom, NotTaken, Why
from core.uploads.serve import attachment, picture
from core.uploads.tidy import Tidied, tidy
from tests import files

pytestmark = pytest.mark.django_db


def checked(data: bytes, name: str = "photo.jpg") -> Upload:
    receive(files.sent(data, name), actor=None)
    assert check.check_waiting() is False
    return Upload.objects.get()


def clean(upload: Upload) -> bytes:
    return (storage.folder(upload.key) / storage.CLEAN).read_bytes()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (files.picture(exif=files.exif(), comment=files.LAVENTIE), "image/jpeg"),
        (files.png_with_words(), "image/png"),
        (files.picture("WEBP", exif=files.exif()), "image/webp"),
        (files.heic(), "image/heic"),
    ],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_a_photo_is_made_anew(data, found):
    upload = checked(data, "IMG_chez_moi.pdf")
    assert (upload.state, upload.sent_type, upload.content_type) == ("ready", found, "image/jpeg")
    assert (upload.pages, upload.previews, upload.size) == (1, 1, len(clean(upload)))
    assert upload.digest == storage.digest(upload.key)
    for part in ("clean", "page-1", "thumb"):
        data = (storage.folder(upload.key) / part).read_bytes()
        with Image.open(BytesIO(data)) as image:
            assert (image.format, dict(image.getexif()), image.getexif().get_ifd(0x8825)) == ("JPEG", {}, {})
            assert {name for name in image.info if not name.startswith(("jfif", "progress"))} == set()
        assert files.LAVENTIE not in data
        assert b"Claire" not in data
    # What came is gone from the disk, and nobody else of the machine reads what stays.
    modes = {
        entry.name: oct(entry.stat().st_mode & 0o777) for entry in os.scandir(storage.folder(upload.key))
    }
    assert modes == {"clean": "0o600", "page-1": "0o600", "thumb": "0o600"}


def test_a_photo_stands_upright():
    upload = checked(files.picture(exif=files.exif(orientation=6)))
    with Image.open(BytesIO(clean(upload))) as image:
        red, green, blue = image.getpixel((24, 4))
        assert (image.size, red > 200, green < 60, blue < 60) == ((48, 64), True, True, True)


def test_a_large_photo_is_read_at_half_its_size():
    """A telephone of 60 million points: taken, and made as large as is useful."""
    upload = checked(files.picture(size=(10_000, 6_000), quality=20))
    with Image.open(BytesIO(clean(upload))) as image:
        assert image.size == (4600, 2760)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (files.png_bomb, Why.LARGE),
        (files.picture()[:500], Why.UNREADABLE),
        (files.pdf()[:300], Why.UNREADABLE),
        (b"%PDF-1.7\nrien", Why.UNREADABLE),
        (files.pdf_locked(to_open=True), Why.LOCKED),
        (lambda: files.pdf(201), Why.LONG),
        (files.pdf_bomb, Why.TRAP),
        (lambda: files.pdf_bomb(times=3), Why.TRAP),
        (b"\xff\xd8\xff\xe0<?php system($_GET[0]); ?>", Why.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>", Why.UNREADABLE),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", Why.UNREADABLE),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", Why.UNREADABLE),
    ],
    ids=[
        *("png bomb", "cut jpeg", "cut pdf", "no pdf", "locked", "long", "pdf bomb", "nested bomb"),
        *("php", "svg", "webp", "heic"),
    ],
)
def test_what_is_opened_and_refused(data, why, uploads):
    upload = checked(data() if callable(data) else data)
    assert (upload.state, upload.why, upload.sentence) == (UploadState.REFUSED, why, why.label)
    assert list(uploads.glob("??/*")) == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Why.EMPTY),
        (b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), Why.HEAVY),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Why.UNKNOWN),
        (b"<html><script>alert(1)</script>", Why.UNKNOWN),
        (b"GIF89a/*" + files.picture(), Why.UNKNOWN),
        (b"PK\x03\x04" + files.pdf(), Why.UNKNOWN),
        (b"MZ\x90\x00%PDF-1.4", Why.UNKNOWN),
        (b"\x00\x00\x00\x18ftypmp42", Why.UNKNOWN),
    ],
    ids=["empty", "heavy", "svg", "html", "gifar", "zip and pdf", "program", "film"],
)
def test_what_is_not_even_kept(data, why, uploads):
    with pytest.raises(NotTaken) as refused:
        receive(files.sent(data, "photo.jpg"), actor=None)
    assert (refused.value.code, str(refused.value.sentence)) == (why, str(why.label))
    assert (Upload.objects.exists(), uploads.exists()) == (False, False)


@pytest.mark.parametrize(
    "tail",
    [
        b"<?php system($_GET[0]); ?>",
        b"<script>alert(1)</script>",
        b"PK\x03\x04jar",
        files.pdf_with_everything(),
    ],
    ids=["php", "html", "gifar", "pdf"],
)
def test_what_hides_behind_a_photo_is_gone(tail):
    upload = checked(files.picture() + tail)
    assert upload.is_ready
    assert tail[:20] not in clean(upload)


def test_what_hides_inside_a_comment_is_gone():
    assert b"php" not in clean(checked(files.picture(comment=b"<?php system('x') ?>")))


def test_a_pdf_keeps_its_pages_and_nothing_else():
    upload = checked(files.pdf_with_everything() + b"<script>alert(1)</script>")
    assert (upload.state, upload.content_type, upload.pages, upload.previews) == (
        "ready",
        "application/pdf",
        2,
        2,
    )
    data = clean(upload)
    for word in (
        b"alert",
        b"JavaScript",
        b"Launch",
        b"calc",
        b"programme",
        b"XFA",
        b"OpenAction",
        files.LAVENTIE,
    ):
        assert word not in data
    with pikepdf.open(BytesIO(data)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert (len(pdf.pages), list(pdf.attachments)) == (2, [])
        assert b"Bilan sanguin" in pdf.pages[1].Contents.read_bytes()
    with Image.open(storage.folder(upload.key) / "page-2") as page:
        assert (page.format, max(page.size)) == ("JPEG", 1400)


def test_what_was_typed_into_a_form_stays():
    data = clean(checked(files.pdf_form()))
    with pikepdf.open(BytesIO(data)) as pdf, pypdfium2.PdfDocument(data) as read:
        assert ("/AcroForm" in pdf.Root, "/Annots" in pdf.pages[0]) == (False, False)
        assert "Claire Vandamme" in read[0].get_textpage().get_text_range()


def test_a_laboratory_s_pdf_is_opened():
    """Locked against changes only: everybody may read it."""
    upload = checked(files.pdf_locked(to_open=False))
    assert upload.is_ready
    with pikepdf.open(BytesIO(clean(upload))) as pdf:
        assert pdf.is_encrypted is False


def test_the_photo_inside_a_pdf_does_not_say_where():
    data = clean(checked(files.pdf_with_photo()))
    assert files.LAVENTIE not in data
    assert b"Claire" not in data
    with pikepdf.open(BytesIO(data)) as pdf:
        photo = pikepdf.PdfImage(pdf.pages[0].Resources.XObject.Im1)
        with photo.as_pil_image() as image:
            assert (image.size, dict(image.getexif())) == ((64, 48), {})


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


@pytest.mark.parametrize("code", [-9, -24, 1, 134])
def test_a_child_that_dies_met_a_trap(monkeypatch, code, tmp_path):
    dead = subprocess.CompletedProcess([], code, b"", b"Killed")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: dead)
    assert washing.run("image", tmp_path, tmp_path) == {"why": Why.TRAP}


def test_the_child_has_limits(tmp_path):
    """A picture of 50 million points fits; what asks for more memory than allowed is told so, not the machine."""
    source = tmp_path / "sent"
    source.write_bytes(files.picture("PNG", size=(7000, 7000)))
    assert washing.run("image", source, tmp_path) == {"pages": 1, "previews": 1}
