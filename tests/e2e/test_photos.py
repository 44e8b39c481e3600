"""Photographed with a telephone whose network goes in the middle, then looked at beside the first picture."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Route, expect

from accounts.models import Role
from core import clock
from core.uploads import check
from teleconsult.models import ClinicalPhoto, PhotoUpload
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.teleconsult_photo import ClinicalPhotoFactory, LesionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anne(transactional_db, settings, tmp_path):
    """Her mole was photographed three months ago, by her doctor."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    user = make_account("vandamme@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    doctor = PractitionerFactory(user=user, last_name="Vandamme")
    patient = PatientFactory(birth_name="Deroo", birth_first_names="Anne", attending_doctor=doctor)
    before = ClinicalPhotoFactory(
        patient=patient,
        lesion=LesionFactory(patient=patient),
        taken_by=user,
        sitting__taken_at=clock.now() - timedelta(days=90),
        upload__on_disk=True,
    )
    return patient, doctor, before


def test_cut_resumed_and_compared(screen, live_server, anne, tmp_path):
    patient, doctor, before = anne
    picture = tmp_path / "IMG_2031.jpg"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(picture, quality=95)
    enter(screen, live_server, doctor.user)
    screen.goto(f"{live_server}{reverse('add_clinical_photos', args=[patient.pk])}")
    no_barrier(screen)
    network = {"is_gone": True}

    def second_piece(route: Route) -> None:
        is_later = route.request.headers.get("upload-offset", "0") != "0"
        if network["is_gone"] and is_later:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    screen.route("**/photos/envois/*/", second_piece)
    close_up = screen.get_by_role("group", name="Vue de près")
    close_up.locator("input[type=file][multiple]").set_input_files(picture)
    expect(close_up).to_contain_text("Connexion coupée à")
    screen.context.set_offline(True)
    assert 0 < PhotoUpload.objects.get().received < PhotoUpload.objects.get().size
    screen.get_by_label("Lésion suivie").select_option(label="Grain de beauté (haut du dos, à gauche)")
    screen.get_by_label("La personne est d’accord").check()
    network["is_gone"] = False
    screen.context.set_offline(False)
    expect(close_up).to_contain_text("arrivée, à enregistrer")
    follow(screen.get_by_role("button", name="Enregistrer les photos"))
    expect(screen.get_by_text("1 photo enregistrée.")).to_be_visible()
    check.check_waiting()
    after = ClinicalPhoto.objects.get(taken_at__gt=before.taken_at)
    expect(screen.locator(f"#photo-{after.key} img")).to_be_visible()
    screen.reload()
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Comparer les dates"))
    frames = screen.locator("[data-zoom-frame]")
    expect(frames).to_have_count(2)
    frames.first.focus()
    screen.keyboard.press("+")
    expect(screen.locator("[data-zoom-level]")).to_have_text(["150\u00a0%", "150\u00a0%"])
    screen.keyboard.press("0")
    expect(screen.locator("[data-zoom-level]")).to_have_text(["100\u00a0%", "100\u00a0%"])
    no_barrier(screen)
