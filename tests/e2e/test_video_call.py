"""The call between real browsers with fake cameras: seen both ways, admitted by the practitioner only, hard to kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from core.web.permissions import OWN_MEDIA
from teleconsult.models import ClinicalPhoto, Participant, VideoVisit
from tests.e2e.conftest import DESK, PHONE, SMALL, barriers, too_wide
from tests.e2e.server import AsgiServer
from tests.e2e.video_house import SOON, Enter, VideoHouse, frames, sees, tile

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_see_each_other_a_third_is_admitted_a_stranger_never(enter: Enter, video: VideoHouse) -> None:
    doctor_row, patient_row = video.person("practitioner"), video.admit("patient")
    doctor = enter(video.client(video.doctor))
    patient = enter(video.client(video.owner), viewport={"width": PHONE, "height": 844})
    sees(doctor, patient_row)
    sees(patient, doctor_row)
    assert doctor.evaluate("document.featurePolicy?.allowsFeature('camera') ?? true")
    # The stranger reads 404, and so does whoever has a link that was revoked.
    stranger = enter(video.client(video.stranger), status=404)
    expect(stranger.locator("#call")).to_have_count(0)
    # A third knocks; only the doctor hears of it, and lets him in without leaving the call.
    video.knock("third")
    third_row = video.person("third")
    expect(doctor.locator('[data-notice="waiting"]')).to_be_visible()
    expect(patient.locator('[data-notice="waiting"]')).to_have_count(0)
    doctor.locator('[data-notice="waiting"] button').click()
    doctor.get_by_role("button", name="Faire entrer Interprète").click()
    expect(doctor.get_by_role("button", name="Faire sortir Interprète")).to_be_visible()
    third = enter(video.by_link("third"))
    for page, others in (
        (doctor, (patient_row, third_row)),
        (patient, (doctor_row, third_row)),
        (third, (doctor_row, patient_row)),
    ):
        for other in others:
            sees(page, other)
    # Sent out again: his page goes back to the waiting room, the others hang up on him.
    doctor.get_by_role("button", name="Faire sortir Interprète").click()
    third.wait_for_url("**/attente/")
    for page in (doctor, patient):
        expect(tile(page, third_row)).to_have_count(0)
    before = frames(patient, doctor_row)
    sees(patient, doctor_row, more_than=before)


def mute_and_darken(doctor: Page, patient: Page, patient_row: Participant) -> None:
    """The microphone by its key, the camera by its button: the other page says so."""
    patient.keyboard.press("F8")
    expect(patient.get_by_role("button", name="Ouvrir le micro")).to_have_attribute("aria-pressed", "false")
    expect(tile(doctor, patient_row).locator("[data-muted]")).to_be_visible()
    expect(doctor.locator("#live")).to_have_text(f"{patient_row.name} a coupé son micro.")
    patient.get_by_role("button", name="Éteindre la caméra").click()
    expect(tile(doctor, patient_row)).to_have_class("call-tile is-muted is-dark")
    patient.get_by_role("button", name="Allumer la caméra").click()
    expect(tile(doctor, patient_row)).to_have_class("call-tile is-muted")


def show_a_picture(doctor: Page, patient: Page, patient_row: Participant) -> None:
    """A picture in the place of a face."""
    patient.get_by_role("button", name="Montrer").click()
    picture = {"name": "ordonnance.png", "mimeType": "image/png", "buffer": patient.screenshot()}
    patient.locator("[data-document]").set_input_files(picture)
    expect(tile(doctor, patient_row)).to_have_class("call-tile is-muted is-screen")
    sees(doctor, patient_row, more_than=frames(doctor, patient_row))
    patient.locator('[data-notice="sharing"] button').click()
    expect(tile(doctor, patient_row)).to_have_class("call-tile is-muted")


def write_words(doctor: Page, patient: Page) -> None:
    """Written words; a note only because the doctor wants it."""
    patient.get_by_role("button", name="Écrire").click()
    patient.get_by_label("Votre message").fill("Doliprane 1 g, deux fois.")
    patient.keyboard.press("Enter")
    expect(patient.locator("[data-chat-log] li")).to_have_count(1)
    expect(doctor.locator("[data-chat-new]")).to_be_visible()
    doctor.get_by_role("button", name="Écrire").click()
    expect(doctor.locator("[data-chat-log] li")).to_contain_text("Doliprane 1 g, deux fois.")
    doctor.get_by_role("button", name="Garder cette discussion").click()
    expect(doctor.locator("[data-kept] [role=status]")).to_contain_text("La discussion est au dossier")


def keep_a_still(doctor: Page, video: VideoHouse, patient_row: Participant) -> None:
    """A still of what the patient's camera shows, looked at first, for the record."""
    doctor.get_by_role("button", name="Photo", exact=True).click()
    doctor.get_by_label("Image de").select_option(label=patient_row.name)
    doctor.get_by_role("button", name="Prendre la photo").click()
    doctor.get_by_label("Ce qu’elle montre").select_option("close-up")
    doctor.get_by_role("button", name="Garder dans le dossier").click()
    expect(doctor.locator("[data-photo-says]")).to_have_text("La photo est dans le dossier.")
    photo = ClinicalPhoto.objects.get()
    assert (photo.view, photo.taken_by) == ("close-up", video.doctor)


def go_on_by_telephone(doctor: Page, patient: Page, doctor_row: Participant) -> None:
    """Sound alone, by choice; then « je vous rappelle »."""
    doctor.get_by_role("button", name="Réglages").click()
    doctor.get_by_label("Envoyer le son seulement").check()
    expect(tile(patient, doctor_row)).to_have_class("call-tile is-dark")
    assert barriers(doctor) == []
    doctor.get_by_role("button", name="Continuer par téléphone").click()
    doctor.get_by_role("button", name="Prévenir").click()
    expect(patient.get_by_text("Le professionnel vous rappelle par téléphone.")).to_be_visible()
    assert VideoVisit.objects.get().state == "interrupted"
    assert (barriers(patient), too_wide(patient, (SMALL, PHONE, DESK)), too_wide(doctor, (PHONE, DESK))) == (
        [],
        [],
        [],
    )


def test_what_one_does_in_the_call(enter: Enter, video: VideoHouse, settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path
    doctor_row, patient_row = video.person("practitioner"), video.admit("patient")
    doctor = enter(video.client(video.doctor))
    patient = enter(video.client(video.owner), viewport={"width": PHONE, "height": 844})
    sees(doctor, patient_row)
    mute_and_darken(doctor, patient, patient_row)
    show_a_picture(doctor, patient, patient_row)
    write_words(doctor, patient)
    keep_a_still(doctor, video, patient_row)
    go_on_by_telephone(doctor, patient, doctor_row)
    # The patient leaves: his devices go dark, the doctor's page says so.
    patient.keyboard.press("Escape")
    patient.get_by_role("button", name="Quitter").click()
    patient.locator("#panel-leave").get_by_role("button", name="Quitter l’appel").click()
    expect(tile(doctor, patient_row)).to_have_count(0)


def test_a_cut_line_a_reload_and_a_dead_server_are_survived(
    enter: Enter, video: VideoHouse, live_server: AsgiServer
) -> None:
    doctor_row, patient_row = video.person("practitioner"), video.admit("patient")
    doctor, patient = enter(video.client(video.doctor)), enter(video.client(video.owner))
    sees(doctor, patient_row)
    sees(patient, doctor_row)
    # The server goes: both lines are lost, the pictures go on; it comes back, and so do the lines, by themselves.
    live_server.stop()
    expect(patient.locator('[data-notice="line"]')).to_be_visible()
    sees(patient, doctor_row, more_than=frames(patient, doctor_row))
    sees(doctor, patient_row, more_than=frames(doctor, patient_row))
    live_server.start()
    expect(patient.locator('#call[data-line="open"]')).to_be_visible(timeout=SOON)
    expect(doctor.locator('#call[data-line="open"]')).to_be_visible(timeout=SOON)
    expect(patient.locator('[data-notice="line"]')).to_be_hidden()
    assert tile(patient, doctor_row).get_attribute("data-generation") == "1"
    # The page is read anew: a new instance, the same place.
    patient.reload()
    sees(patient, doctor_row)
    sees(doctor, patient_row, more_than=frames(doctor, patient_row))
    expect(doctor.locator(".call-tile")).to_have_count(1)
    # The visit ends: nobody stays on the line.
    doctor.get_by_role("button", name="Quitter").click()
    doctor.get_by_role("button", name="Terminer pour tout le monde").click()
    doctor.wait_for_url("**/fin/")
    patient.wait_for_url("**/attente/")
    assert VideoVisit.objects.get().state == "done"


# Grades as they come every two seconds → the step after each: 0 all, 1 fewer bits, 2 sound alone; « ? »: the way back
# is offered.
ADAPTATION = """async (grades) => {
  const { Adaptation, grade } = await import("/static/js/video/quality.js");
  const one = new Adaptation();
  const said = [];
  one.addEventListener("better", () => said.push("?"));
  grades.forEach((found) => { one.observe(found); said.push(one.step); });
  const before = { received: 1000, lost: 0 };
  const now = (received, lost, delay, theirLoss = 0) => grade({ received, lost, delay, theirLoss }, before);
  const cases = [[1100, 0, 0.05], [1100, 5, 0.05], [1100, 20, 0.05], [1100, 0, 1], [1100, 0, 0.1, 0.3], [1000, 0, 0]];
  return [said.join(""), ...cases.map((figures) => now(...figures))];
}"""


def test_devices_are_tried_beforehand(
    enter: Enter, video: VideoHouse, browser: Browser, live_server: AsgiServer
) -> None:
    page = enter(
        video.client(video.stranger), reverse("video_check"), viewport={"width": PHONE, "height": 844}
    )
    assert page.request.get(page.url).headers["permissions-policy"] == OWN_MEDIA
    page.get_by_role("button", name="Commencer l’essai").click()
    says = {
        name: page.locator(f'[data-part="{name}"] [data-says]')
        for name in ("camera", "microphone", "line", "relay")
    }
    for one in says.values():
        expect(one).to_have_attribute("data-good", "yes", timeout=SOON)
    expect(says["line"]).to_have_text("Votre réseau laisse passer l’appel.")
    page.get_by_role("button", name="Écouter deux notes").click()
    page.get_by_role("button", name="Oui").click()
    expect(page.locator('[data-result="all_good"]')).to_be_visible()
    assert (barriers(page), too_wide(page, (SMALL, PHONE, DESK))) == ([], [])
    # A bad network: fewer bits, then sound alone; the picture comes back only when asked for.
    bad, good = ["poor"] * 6, ["good"] * 8
    assert page.evaluate(ADAPTATION, [*bad, "fair", *good]) == [
        *("001112" + "2" + "2222222" + "?2", "good", "fair", "poor", "poor", "poor", "none"),
    ]
    # Where the browser forbids the camera: what to do, and a way in all the same.
    video.admit("patient")
    context = video.context(browser, live_server, video.client(video.owner), media=False)
    call = context.new_page()
    call.goto(f"{live_server}{reverse('video_call', args=[video.visit.key])}")
    problem = call.locator("[data-problem]")
    expect(problem.get_by_role("heading")).to_contain_text("caméra")
    assert (problem.locator("li").count() > 1, barriers(call)) == (True, [])
    call.get_by_role("button", name="Entrer sans caméra ni micro").click()
    expect(call.locator('#call[data-line="open"]')).to_be_visible()
    context.close()
