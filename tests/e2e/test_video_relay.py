"""Where the two devices cannot reach each other: through coturn, and with somebody whose program is not a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.aiortc_peer import AiortcPeer
from tests.e2e.server import AsgiServer
from tests.e2e.video_house import Enter, VideoHouse, frames, sees, tile
from tests.turn_server import NO_RELAY, find_relay, relay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _relay(tmp_path: Path, settings: object) -> Iterator[None]:
    if find_relay() is None:
        pytest.skip(NO_RELAY)
    with relay(tmp_path, "entre nous") as address:
        portal.TURN_URLS, portal.TURN_SECRET = [address], "entre nous"
        yield


@pytest.mark.usefixtures("_relay")
def test_through_the_relay_alone(enter: Enter, video: VideoHouse) -> None:
    doctor_row, patient_row = video.person("practitioner"), video.admit("patient")
    address = f"{reverse('video_call', args=[video.visit.key])}?relais=1"
    doctor = enter(video.client(video.doctor), address)
    patient = enter(video.client(video.owner), address)
    sees(doctor, patient_row)
    sees(patient, doctor_row)
    assert {tile(doctor, patient_row).get_attribute("data-way")} == {"relay"}
    # Beforehand: the relay is reached with the short password of the try-out; with a wrong one it is not.
    check = enter(video.client(video.stranger), reverse("video_check"))
    check.get_by_role("button", name="Commencer l’essai").click()
    says = check.locator('[data-part="relay"] [data-says]')
    expect(says).to_have_text("Le relais répond\u00a0: l’appel passera aussi par un réseau difficile.")
    portal.TURN_SECRET = "un autre"
    check.reload()
    check.get_by_role("button", name="Commencer l’essai").click()
    expect(says).to_have_attribute("data-good", "no")


def test_somebody_else_s_program_joins(enter: Enter, video: VideoHouse, live_server: AsgiServer) -> None:
    doctor_row = video.person("practitioner")
    video.admit("third")
    third_row = video.person("third")
    doctor = enter(video.client(video.doctor))
    expect(doctor.locator('#call[data-line="open"]')).to_be_visible()
    name = portal.SESSION_COOKIE_NAME
    cookie = f"{name}={video.by_link('third').cookies[name].value}"
    url = f"{live_server.url.replace('http', 'ws')}/teleconsultation/{video.visit.key}/signaux/"
    with AiortcPeer(url, live_server.url, cookie) as peer:
        sees(doctor, third_row)
        sees(doctor, third_row, more_than=frames(doctor, third_row))
        for _each in range(60):
            if peer.frames.get(doctor_row.pk, 0) > 10:
                break
            doctor.wait_for_timeout(250)
    assert peer.errors == []
    assert peer.frames[doctor_row.pk] > 10
