"""`make screenshots`: the main screens, at phone and desktop width, into docs/screens.

Starts a portal of its own with the demonstration's data, unless PORTAL_URL names one that runs already.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from msp_portal.welcome import PASSWORD
from tests.browser import find_browser, say
from tests.screenshots_staff import STAFF

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screens"
WIDTHS = {"phone": (390, 844), "desktop": (1280, 860)}
HEAVIEST = 150_000
PATIENCE = 180


class Screen(NamedTuple):
    name: str
    path: str
    who: str = ""
    click: str = ""


# `click` is a selector followed before the picture: a link of the page, where the address is not known beforehand.
SCREENS = [
    Screen("accueil", "/"),
    Screen("rendez-vous", "/rendez-vous/?profession=medecin-generaliste"),
    Screen("professionnels", "/praticiens/"),
    Screen("connexion", "/compte/login/"),
    Screen("professionnel", "/praticiens/", click=".tile a"),
    Screen("creer-un-compte", "/compte/signup/"),
    Screen("recevoir-un-code", "/compte/login/code/"),
    Screen("qui-etes-vous", "/rendez-vous/?profession=medecin-generaliste", click="button.slot"),
    Screen("aujourdhui", "/aujourdhui/"),
    Screen("ateliers", "/ateliers/"),
    Screen("atelier", "/ateliers/", click=".tile h2 a"),
    Screen("sans-courrier", "/partenaires/sans-adressage/"),
    Screen("reserver", "/rendez-vous/?profession=medecin-generaliste", who="patiente", click="button.slot"),
    Screen("mon-espace", "/mon-espace/", who="patiente"),
    Screen("rendez-vous-pris", "/mon-espace/", who="patiente", click=".visit:has([href$='/annuler/']) h3 a"),
    Screen("deplacer", "/mon-espace/", who="patiente", click=".visit [href$='/deplacer/']"),
    Screen("annuler", "/mon-espace/", who="patiente", click=".visit [href$='/annuler/']"),
    Screen("ma-serie", "/mon-espace/", who="patiente", click="[href*='/mon-espace/series/']"),
    Screen("ma-place", "/mon-espace/", who="patiente", click="main [href*='/ateliers/place/']"),
    Screen("place-proposee", "/mon-espace/", who="patiente", click="main [href^='/place/']"),
    Screen("liste-d-attente", "/mon-espace/attente/", who="patiente"),
    Screen("salle-d-attente", "/mon-espace/", who="patiente", click="[data-testid=way-in] a"),
    Screen("essai-video", "/teleconsultation/essai/", who="patiente"),
    Screen("mes-proches", "/mon-espace/proches/", who="patiente"),
    Screen("mes-documents", "/mon-espace/documents/", who="patiente"),
    Screen("mes-comptes-rendus", "/mon-espace/comptes-rendus/", who="patiente"),
    Screen("mes-avis", "/mon-espace/avis/", who="patiente"),
    Screen("plan-de-soins", "/mon-espace/plan-de-soins/", who="patiente"),
    Screen("mon-parcours", "/mon-espace/parcours/", who="patiente"),
    Screen("demandes-pour-moi", "/mon-espace/demandes/", who="patiente"),
    Screen("mes-demandes", "/mon-espace/consultations/", who="patiente"),
    Screen("qui-me-soigne", "/mon-espace/soignants/", who="patiente"),
    Screen("qui-a-ouvert", "/mon-espace/acces/", who="patiente"),
    Screen("mes-messages", "/mon-espace/messages/", who="patiente"),
    Screen("mes-donnees", "/mon-espace/donnees/", who="patiente"),
    Screen("messages-partis", "/demo/messages/"),
    Screen("horaires", "/mon-cabinet/", who="medecin"),
    Screen("planning", "/planning/", who="secretariat"),
    Screen("ma-journee", "/ma-journee/", who="secretariat"),
    Screen("messages", "/pilotage/messages/", who="admin"),
    Screen("double-securite", "/compte/2fa/", who="patiente"),
    Screen("demo", "/demo/"),
    Screen("composants", "/demo/composants/"),
]


@contextlib.contextmanager
def portal() -> Iterator[str]:
    if address := os.environ.get("PORTAL_URL"):
        yield address.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="msp-screens-", ignore_cleanup_errors=True) as folder:
        environment = {**os.environ, "PORT": str(port), "DATA_DIR": folder, "DEMO": "1"}
        with subprocess.Popen([sys.executable, "-m", "msp_portal.serve"], env=environment) as process:
            try:
                address = f"http://127.0.0.1:{port}"
                wait_for(address, process)
                yield address
            finally:
                process.terminate()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The portal did not start; its own words are above.")
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/sante/ready", timeout=2)  # noqa: S310 – our own address
            return
        time.sleep(0.5)
    raise SystemExit(f"The portal did not answer within {PATIENCE} s.")


def enter(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/compte/login/")
    page.locator("[name=login]").fill(f"{who}@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def compressed(image: Image.Image) -> bytes:
    """As good as fits under the limit that the repository allows."""
    for quality in (85, 75, 65, 50, 35):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= HEAVIEST:
            break
    return out.getvalue()


def together() -> None:
    """The search at both widths, side by side: the picture of README."""
    desktop, phone = (
        Image.open(TARGET / f"rendez-vous-{width_name}.webp") for width_name in ("desktop", "phone")
    )
    gap = 40
    small = phone.resize((phone.width * desktop.height // phone.height, desktop.height))
    sheet = Image.new("RGB", (desktop.width + small.width + 3 * gap, desktop.height + 2 * gap), "#e2d8c7")
    sheet.paste(desktop, (gap, gap))
    sheet.paste(small, (desktop.width + 2 * gap, gap))
    (TARGET / "README.webp").write_bytes(compressed(sheet))


def take(browser: Browser, address: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for width_name, (width, height) in WIDTHS.items():
        for who in dict.fromkeys(screen.who for screen in SCREENS):
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="fr-FR", reduced_motion="reduce"
            )
            page = context.new_page()
            if who:
                enter(page, address, who)
            for screen in (one for one in SCREENS if one.who == who):
                answer = page.goto(f"{address}{screen.path}", wait_until="networkidle")
                if answer is None or not answer.ok:
                    say(f"  {screen.path}: not built yet, no picture")
                    continue
                if screen.click:
                    wanted = page.locator(screen.click)
                    if not wanted.count():
                        say(f"  {screen.path}: nothing like {screen.click} today, no picture")
                        continue
                    wanted.first.click()
                    page.wait_for_load_state("networkidle")
                target = TARGET / f"{screen.name}-{width_name}.webp"
                target.write_bytes(compressed(Image.open(io.BytesIO(page.screenshot())).convert("RGB")))
                say(f"  {target.relative_to(TARGET.parent.parent)} {target.stat().st_size // 1000} kB")
            context.close()


def main() -> None:
    SCREENS.extend(Screen(*one) for one in STAFF)
    program = find_browser()
    if program is None:
        raise SystemExit("No browser: python -m tests.browser --install")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with portal() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu", *sandbox])
        take(browser, address)
        browser.close()
    together()


if __name__ == "__main__":
    main()
