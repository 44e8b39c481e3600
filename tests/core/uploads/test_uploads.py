"""What comes in from outside: known by its content, opened by a child, written anew, or refused with a sentence."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from core.uploads import storage, washing
from core.uploads.models import Upload, UploadState
from core.uploads.receive import receive
from core.uploads.refusals import NotTaken, Why
from tests import files
from tests.core.uploads.conftest import checked, clean

pytestmark = pytest.mark.django_db


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
