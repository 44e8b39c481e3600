"""A photograph arrives piece by piece: cut, continued, attacked. What does not become a photograph leaves nothing."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from core import clock
from core.uploads import check, parts
from core.uploads.models import Upload
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from teleconsult.actions.send_photo import (
    WrongOffset,
    begin_upload,
    continue_upload,
    finish_upload,
    tidy_uploads,
)
from teleconsult.models import ClinicalPhoto, PhotoUpload
from teleconsult.models.photo_upload import CHUNK
from tests import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]

WRONG = "Cet envoi ne correspond pas à la photo annoncée. Envoyez-la à nouveau."
UNKNOWN = "Ce fichier n’est ni une image (JPEG, PNG, WebP, HEIC) ni un PDF. Envoyez une photo ou un PDF."


@pytest.fixture
def cared(owner, doctor, teammate):
    for one in (doctor, teammate):
        CareTeamMember.objects.create(
            patient=owner.patient, practitioner=one.practitioner, reason=Reason.REFERRAL
        )
    return owner.patient


def large(length: int = CHUNK + 5000) -> bytes:
    """A picture, and behind it what is cut off when it is made anew."""
    data = files.picture(exif=files.exif())
    return data + bytes(length - len(data))


def begin(doctor, patient, data, **more):
    said = {
        "size": len(data),
        "view": "close-up",
        "purpose": "record",
        "digest": hashlib.sha256(data).hexdigest(),
        **more,
    }
    return doctor.client.post(reverse("begin_photo_upload", args=[patient.pk]), said)


def piece(doctor, address, data, offset):
    return doctor.client.post(
        address, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def left(uploads: Path) -> list[Path]:
    return [path for path in uploads.rglob("*") if path.is_file()]


def test_cut_and_continued_from_the_last_byte_that_is_there(doctor, teammate, cared, uploads):
    data = large()
    begun = begin(doctor, cared, data)
    address = begun.json()["address"]
    assert (begun.status_code, begun.json()) == (
        201,
        {"address": address, "offset": 0, "size": len(data), "chunk": CHUNK},
    )
    assert piece(doctor, address, data[:CHUNK], 0).json()["offset"] == CHUNK
    # The answer was lost: the same piece again is told where to go on, and changes nothing.
    again = piece(doctor, address, data[:CHUNK], 0)
    assert (again.status_code, again.json()) == (
        409,
        {"sentence": "L’envoi reprend là où il s’était arrêté.", "offset": CHUNK},
    )
    # The page was loaded anew and the same photograph chosen again; somebody else begins his own.
    assert begin(doctor, cared, data).json()["offset"] == CHUNK
    assert begin(teammate, cared, data).json()["offset"] == 0
    assert teammate.client.get(address).status_code == 404
    assert piece(teammate, address, data[CHUNK:], CHUNK).status_code == 404
    page = reverse("add_clinical_photos", args=[cared.pk])
    assert "Choisissez-la à nouveau\u00a0: l’envoi continue." in doctor.client.get(page).text
    assert doctor.client.get(address).json()["offset"] == CHUNK
    assert piece(doctor, address, data[CHUNK:], CHUNK).json()["offset"] == len(data)
    key = address.split("/")[-2]
    said = {"body_site": "back", "taken_on": "2026-11-22", "agreed": "on", "sent": key}
    headers = {"X-Requested-With": "upload"}
    for _again in range(2):  # the second answer is the first that arrives
        saved = doctor.client.post(page, said, headers=headers)
        assert saved.json() == {"next": reverse("clinical_photos", args=[cared.pk])}
    photo = ClinicalPhoto.objects.get()
    check.check_waiting()
    photo.upload.refresh_from_db()
    assert (photo.view, photo.taken_by, photo.upload.is_ready) == ("close-up", doctor.user, True)


def test_who_no_longer_cares_sends_no_more(doctor, cared):
    data = large()
    address = begin(doctor, cared, data).json()["address"]
    CareTeamMember.objects.all().delete()
    assert piece(doctor, address, data[:CHUNK], 0).status_code == 404
    assert begin(doctor, cared, data).status_code == 404


@pytest.mark.parametrize(
    ("announced", "sent", "sentence"),
    [
        (100, b"<svg onload='alert(1)'/>", UNKNOWN),
        (100, b"GIF89a/*" + bytes(50), UNKNOWN),
        (100, files.pdf()[:80], "Ce fichier n’est pas une photo."),
        (10, files.picture(), WRONG),
        (9_000_000, b"\xff\xd8\xff" + bytes(CHUNK), WRONG),
        (9_000_000, b"", WRONG),
        (600, b"\xff\xd8\xff" + bytes(597), "Cette photo est arrivée abîmée."),
    ],
    ids=["svg", "gifar", "pdf", "beyond its size", "too large a piece", "nothing", "altered"],
)
def test_attacks_end_in_a_sentence_and_nothing_is_kept(doctor, cared, uploads, announced, sent, sentence):
    address = begin(doctor, cared, b"", size=announced, digest="0" * 64).json()["address"]
    answer = piece(doctor, address, sent, 0)
    assert (answer.status_code, answer.json()["sentence"].startswith(sentence)) == (422, True)
    assert (PhotoUpload.objects.exists(), Upload.objects.exists(), left(uploads)) == (False, False, [])
    assert piece(doctor, address, sent, 0).status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (files.picture()[:500], "abîmé ou incomplet"),
        (files.png_bomb(), "trop de points"),
        (files.picture() + b"<?php system($_GET[0]); ?>", ""),
    ],
    ids=["truncated", "bomb of 30,000 px", "polyglot"],
)
def test_what_is_opened_by_the_child(doctor, cared, uploads, data, sentence):
    address = begin(doctor, cared, data).json()["address"]
    assert piece(doctor, address, data, 0).status_code == 200
    photo = finish_upload(PhotoUpload.objects.get().key, by=doctor.user)
    check.check_waiting()
    state = doctor.client.get(reverse("clinical_photo_state", args=[photo.key])).text
    if sentence:
        assert sentence in state
        assert [path for path in left(uploads) if path.parent.name != "parts"] == []
        doctor.client.post(reverse("drop_clinical_photo", args=[photo.key]))
        assert ClinicalPhoto.objects.exists() is False
    else:
        assert all(b"php" not in path.read_bytes() for path in left(uploads) if path.parent.name != "parts")


@pytest.mark.parametrize(
    "said",
    [
        {"size": 0},
        {"size": 11 * 1024 * 1024},
        {"size": "x"},
        {"view": "x"},
        {"purpose": "x"},
        {"bound_to": "a\x00b"},
    ],
)
def test_what_is_announced_wrongly_is_not_begun(doctor, cared, said):
    answer = begin(doctor, cared, large(), **said)
    assert (answer.status_code, answer.json()["sentence"][-1]) == (422, ".")
    assert PhotoUpload.objects.exists() is False


def test_what_is_never_finished_goes_after_a_day(doctor, cared, uploads):
    data = large()
    upload = begin_upload(doctor.user, cared, size=len(data), view="close-up")
    continue_upload(upload.key, data[:CHUNK], offset=0, by=doctor.user)
    assert tidy_uploads() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert doctor.client.get(reverse("photo_upload", args=[upload.key])).status_code in (302, 404)
        assert tidy_uploads() == 1
    assert (PhotoUpload.objects.exists(), left(uploads)) == (False, [])


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_the_same_offset(doctor, cared):
    data = large(4 * 1000)
    upload = begin_upload(doctor.user, cared, size=len(data), view="scale")
    start, ends = threading.Barrier(4), []

    def write(number: int) -> None:
        try:
            start.wait()
            mine = data[:1000] if number % 2 else data[:1500]
            continue_upload(upload.key, mine, offset=0, by=doctor.user)
            ends.append(len(mine))
        except WrongOffset as refusal:
            ends.append(-refusal.offset)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    upload.refresh_from_db()
    won = upload.received
    assert sorted(ends) == [-won, -won, -won, won]
    with parts.opened(upload.key) as file:
        assert file.read() == data[:won]
