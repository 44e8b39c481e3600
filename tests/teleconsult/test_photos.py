"""A clinical photograph's life: taken, washed, looked at by who cares, compared, withdrawn, taken away."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core import clock
from core.uploads import check, storage
from core.uploads.models import Upload
from core.uploads.refusals import NotTaken
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from teleconsult.actions.take_photo import NotAPhoto, TooHeavy, add_photo
from teleconsult.models import ClinicalPhoto, PhotoSitting
from tests import files
from tests.factories.teleconsult_photo import LesionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return settings.UPLOADS_DIR


@pytest.fixture
def cared(owner, doctor):
    """The owner's record, which her doctor keeps."""
    CareTeamMember.objects.create(
        patient=owner.patient, practitioner=doctor.practitioner, reason=Reason.REFERRAL
    )
    return owner.patient


def test_taken_together_is_one_sitting(doctor, cared):
    lesion = LesionFactory(patient=cared, body_site="arm", side="right")
    sent = files.sent(files.picture(exif=files.exif()))
    first = add_photo(doctor.user, cared, sent, view="overview", body_site="back")
    second = add_photo(doctor.user, cared, files.sent(files.heic()), view="close-up", lesion=lesion)
    earlier = clock.now() - timedelta(days=30)
    third = add_photo(doctor.user, cared, files.sent(files.picture()), taken_at=earlier)
    assert [(one.view, one.place, one.sitting_id == first.sitting_id) for one in (first, second, third)] == [
        ("overview", "haut du dos", True),
        ("close-up", "bras, à droite", True),
        ("other", "autre endroit", False),
    ]
    assert str(second) == "Vue de près, bras, à droite, dimanche 22\u00a0novembre\u00a02026"
    check.check_waiting()
    assert list(ClinicalPhoto.objects.shown().in_order()) == [first, second, third]
    assert list(PhotoSitting.objects.shown().order_by("taken_at")) == [third.sitting, first.sitting]
    # Where it was taken, and by whose telephone, is gone from all that is handed out.
    for part in (storage.CLEAN, storage.page(1), storage.THUMB):
        data = (storage.folder(first.upload.key) / part).read_bytes()
        with Image.open(BytesIO(data)) as image:
            assert (dict(image.getexif()), image.getexif().get_ifd(0x8825)) == ({}, {})
        assert b"Claire" not in data


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (files.pdf(), NotAPhoto),
        (b"<svg onload='alert(1)'/>", NotTaken),
        (b"GIF89a/*" + files.picture(), NotTaken),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), TooHeavy),
    ],
    ids=["pdf", "svg", "gifar", "heavy"],
)
def test_what_is_no_photograph_leaves_nothing(doctor, cared, data, refusal, uploads):
    with pytest.raises(refusal):
        add_photo(doctor.user, cared, files.sent(data))
    assert (Upload.objects.exists(), PhotoSitting.objects.exists(), uploads.exists()) == (False, False, False)
