"""What a practitioner says of himself, and the photograph that he shows."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

TYPED = {
    "presentation": "Bonjour.",
    "languages": ["fr", "nl"],
    "fees_sector": "1",
    "phone": "03 53 01 00 11",
    "schedule_detail": "reason",
}


def address(doctor):
    return reverse("edit_profile", args=[doctor.practitioner.slug])


def picture(kind="JPEG", size=(800, 600), **options):
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, kind, **options)
    return SimpleUploadedFile("IMG_20260101_chez_moi.jpg", data.getvalue())


def test_saved_and_shown(doctor, visitor):
    assert doctor.client.post(address(doctor), TYPED).status_code == 302
    practitioner = doctor.practitioner
    practitioner.refresh_from_db()
    assert (practitioner.presentation, practitioner.languages, practitioner.accepts_new_patients) == (
        "Bonjour.",
        ["fr", "nl"],
        False,
    )
    assert "Bonjour." in visitor.get(practitioner.get_absolute_url()).text
    event = AuditEvent.objects.get(action="practitioner.profile")
    assert (event.actor, "presentation" in event.detail["changed"]) == (doctor.user, True)


def test_photo_is_made_anew(doctor, visitor):
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Claire"
    doctor.client.post(address(doctor), {**TYPED, "new_photo": picture(exif=exif)})
    doctor.practitioner.refresh_from_db()
    assert "chez_moi" not in doctor.practitioner.photo.name
    response = visitor.get(reverse("practitioner_photo", args=[doctor.practitioner.slug]))
    data = response.content
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    with Image.open(BytesIO(data)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (480, 480), {})


def test_photo_replaced_then_removed(doctor, visitor, django_capture_on_commit_callbacks):
    doctor.client.post(address(doctor), {**TYPED, "new_photo": picture()})
    doctor.practitioner.refresh_from_db()
    first = doctor.practitioner.photo
    with django_capture_on_commit_callbacks(execute=True):
        doctor.client.post(address(doctor), {**TYPED, "new_photo": picture("PNG")})
    assert not first.storage.exists(first.name)
    with django_capture_on_commit_callbacks(execute=True):
        doctor.client.post(address(doctor), {**TYPED, "remove_photo": "on"})
    assert visitor.get(reverse("practitioner_photo", args=[doctor.practitioner.slug])).status_code == 404


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>"), "pas une photo lisible"),
        (SimpleUploadedFile("a.jpg", picture().read()[:400]), "pas une photo lisible"),
        (picture("GIF"), "pas une photo lisible"),
        (picture("PNG", (9000, 9000)), "pas une photo lisible"),
        (SimpleUploadedFile("a.jpg", b"\xff\xd8" * 6_000_000), "dépasse 10"),
    ],
    ids=["script", "cut", "other", "bomb", "heavy"],
)
def test_what_is_no_photo(doctor, upload, sentence):
    upload.seek(0)
    response = doctor.client.post(address(doctor), {**TYPED, "new_photo": upload})
    assert response.status_code == 422
    assert sentence in response.text
    assert "Bonjour." in response.text
    doctor.practitioner.refresh_from_db()
    assert not doctor.practitioner.photo


def test_an_empty_form_changes_only_what_it_shows(doctor):
    response = doctor.client.post(address(doctor), {**TYPED, "phone": "quatre"})
    assert response.status_code == 422
    doctor.practitioner.refresh_from_db()
    assert doctor.practitioner.presentation == ""
