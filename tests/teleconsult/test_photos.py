"""A clinical photograph's life: taken, washed, looked at by who cares, compared, withdrawn, taken away."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core import clock
from core.audit.models import AuditEvent
from core.uploads import check, storage
from core.uploads.models import Upload
from core.uploads.refusals import NotTaken
from patients.actions.merge_patients import merge_patients
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from teleconsult.actions.forget_photos import forget_photos
from teleconsult.actions.take_photo import NotAPhoto, TooHeavy, add_photo, withdraw_photo
from teleconsult.models import ClinicalPhoto, Lesion, PhotoSitting, PhotoUpload
from teleconsult.photo_checklist import missing
from tests import files
from tests.factories.teleconsult_photo import ClinicalPhotoFactory, LesionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


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


def address(name, photo, *more):
    return reverse(name, args=[photo.patient_id, photo.key, *more])


def said(**more):
    return {"body_site": "back", "side": "left", "taken_on": "2026-11-22", "agreed": "on", **more}


def test_taken_in_a_plain_form_looked_at_and_compared(doctor, cared, owner, outsider, teammate):
    page = reverse("add_clinical_photos", args=[cared.pk])
    sent = {
        "photo-overview": files.sent(files.picture(exif=files.exif())),
        "photo-close-up-photo": files.sent(files.picture("WEBP", exif=files.exif())),
    }
    answer = doctor.client.post(page, said(new_lesion="Grain de beauté", **sent))
    gallery = reverse("clinical_photos", args=[cared.pk])
    assert answer["Location"] == gallery
    assert "en contrôle…" in doctor.client.get(gallery).text
    check.check_waiting()
    overview, close_up = ClinicalPhoto.objects.in_order()
    assert [(one.view, str(one.lesion)) for one in (overview, close_up)] == [
        ("overview", "Grain de beauté (haut du dos, à gauche)"),
        ("close-up", "Grain de beauté (haut du dos, à gauche)"),
    ]
    for one in (overview, close_up):
        for size in ("vignette", "ecran", "entiere"):
            picture = doctor.client.get(reverse("clinical_photo_picture", args=[one.key, size]))
            with Image.open(BytesIO(picture.content)) as image:
                assert (dict(image.getexif()), image.getexif().get_ifd(0x8825)) == ({}, {})
            assert (picture["Cache-Control"], picture["X-Content-Type-Options"]) == (
                "no-store, private",
                "nosniff",
            )
    assert f'alt="{overview.words}"' in doctor.client.get(address("clinical_photo", overview)).text
    # A month before, of the same lesion: the first is offered beside the latest of the same view.
    before = ClinicalPhotoFactory(
        patient=cared,
        lesion=close_up.lesion,
        view="close-up",
        sitting__taken_at=clock.now() - timedelta(days=30),
        taken_by=doctor.user,
        upload__on_disk=True,
    )
    compare = doctor.client.get(
        reverse("compare_clinical_photos", args=[cared.pk]), {"b": close_up.key, "lesion": close_up.lesion_id}
    )
    assert (compare.context["pair"].left, compare.context["pair"].right) == (before, close_up)
    # One line for each sitting that was looked through, and the patient reads it.
    lines = AuditEvent.objects.filter(patient_id=cared.pk, action="patient.opened_photos").order_by("pk")
    assert [line.reason for line in lines] == [
        "a regardé des photos prises le dimanche 22\u00a0novembre\u00a02026",
        "a regardé des photos prises le vendredi 23\u00a0octobre\u00a02026",
    ]
    assert "a regardé des photos" in owner.client.get(reverse("record_openings")).text
    for client in (outsider.client, owner.client, teammate.client):
        for page in (gallery, address("clinical_photo", before), picture_of(before)):
            assert client.get(page).status_code == 404


def picture_of(photo):
    return reverse("clinical_photo_picture", args=[photo.key, "entiere"])


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(doctor, cared, uploads):
    page = reverse("add_clinical_photos", args=[cared.pk])
    wrong = {"photo-overview": files.sent(files.pdf()), "photo-scale": files.sent(b"<svg/>")}
    answer = doctor.client.post(page, {"precision": "sous l’omoplate", "taken_on": "2027-01-01", **wrong})
    assert answer.status_code == 422
    for sentence in (
        "Ce fichier n’est pas une photo.",
        "Ce fichier n’est ni une image",
        "Choisissez l’endroit du corps.",
        "Cette date n’est pas possible.",
        "Demandez-lui d’abord son accord",
        "sous l’omoplate",
    ):
        assert sentence in answer.text
    assert "Prenez au moins une photo" in doctor.client.post(page, said()).text
    assert (Upload.objects.exists(), Lesion.objects.exists(), uploads.exists()) == (False, False, False)


def test_withdrawn_with_its_reason(doctor, cared):
    photo = ClinicalPhotoFactory(patient=cared, taken_by=doctor.user, upload__on_disk=True)
    withdraw = address("withdraw_clinical_photo", photo)
    assert "Écrivez la raison" in doctor.client.post(withdraw, {"reason": ""}).text
    assert doctor.client.post(withdraw, {"reason": "Autre personne."})["Location"] == address(
        "clinical_photo", photo
    )
    assert "Autre personne." in doctor.client.get(address("clinical_photo", photo)).text
    assert doctor.client.get(picture_of(photo)).status_code == 404
    assert list(PhotoSitting.objects.shown()) == []
    withdraw_photo(photo, "Deux fois.", actor=doctor.user)
    photo.refresh_from_db()
    assert photo.withdrawn_why == "Autre personne."


def test_the_gallery_costs_the_same_for_one_and_for_thirty(doctor, cared):
    gallery = reverse("clinical_photos", args=[cared.pk])
    record = reverse("patient_record", args=[cared.pk])
    counts = []
    for number in (1, 29):
        for lesion in LesionFactory.create_batch(number, patient=cared):
            ClinicalPhotoFactory(patient=cared, taken_by=doctor.user, lesion=lesion)
        doctor.client.get(gallery)
        found = []
        for page in (gallery, record):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert doctor.client.get(page).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20


def test_taken_away_merged_and_forgotten(doctor, cared, owner, outsider, django_capture_on_commit_callbacks):
    photo = ClinicalPhotoFactory(patient=cared, taken_by=doctor.user, upload__on_disk=True)
    place = storage.folder(photo.upload.key)
    answer = owner.client.get(reverse("export_archive"))
    with zipfile.ZipFile(BytesIO(answer.getvalue())) as archive:
        [name] = [one for one in archive.namelist() if one.startswith("photos/")]
        assert name.startswith(f"photos/{photo.pk}-2026-11-22-vue-de-près-haut-du-dos-à-gauche")
    merge_patients(outsider.patient, cared, actor=doctor.user, close_account=True)
    photo.refresh_from_db()
    assert (photo.patient, photo.sitting.patient) == (outsider.patient, outsider.patient)
    PhotoUpload.objects.create(user=doctor.user, patient=outsider.patient, size=9)
    assert forget_photos(outsider.patient, keep_care=True) == 0
    assert (ClinicalPhoto.objects.count(), PhotoUpload.objects.count()) == (1, 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_photos(outsider.patient, keep_care=False) == 1
    assert (ClinicalPhoto.objects.exists(), PhotoSitting.objects.exists(), Upload.objects.exists()) == (
        False,
        False,
        False,
    )
    assert not place.exists()


def test_what_a_speciality_still_wants():
    assert [str(one.label) for one in missing("dermatology", ["close-up"])] == [
        "vue d’ensemble",
        "avec une règle",
    ]
    assert missing("dermatology", ["overview", "close-up", "scale"]) == []
    assert [one.view for one in missing("cardiology", [])] == ["other"]
