"""A visit by video that is on right now: a doctor, his patient with an account, a third, a stranger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from accounts.models import Role, User
from core import clock
from patients.models.proxy import Relation
from teleconsult import entering
from teleconsult.actions.admit import admit
from teleconsult.models import Participant, VideoVisit
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.server import AsgiServer
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.teleconsult_visit import ThirdFactory, a_video_visit

# A camera that shows a clock, a microphone that beeps, and nobody who must be asked (docs/operations.md).
FAKE_MEDIA = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


SOON = 15_000

type Enter = Callable[..., Page]


@dataclass
class VideoHouse:
    visit: VideoVisit
    doctor: User
    owner: User
    stranger: User

    def person(self, role: str) -> Participant:
        return Participant.objects.select_related("visit").get(visit=self.visit, role=role)

    def knock(self, role: str) -> None:
        person = self.person(role)
        person.consented_at = person.arrived_at = clock.now()
        person.save()

    def admit(self, role: str) -> Participant:
        """As the doctor's click does; the journeys click."""
        self.knock(role)
        return admit(self.person(role), by=self.doctor)

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def by_link(self, role: str) -> Client:
        """Somebody without an account, as his link leaves him."""
        client = Client()
        session = client.session
        entering.mark(session, self.person(role))
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    def context(
        self, browser: Browser, server: AsgiServer, client: Client, *, media: bool = True, **options: Any
    ) -> BrowserContext:
        """A browser of this person's own, with camera and microphone granted."""
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "locale": "fr-FR", **options},
            timezone_id="Europe/Paris",
            permissions=["camera", "microphone"] if media else [],
        )
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])
        context.set_default_timeout(15_000)
        return context


def make_video_house() -> VideoHouse:
    doctor, owner, stranger = (
        make_account(f"{name}@example.org", PASSWORD) for name in ("aubert", "anne", "bo")
    )
    RoleAssignmentFactory(user=doctor, role=Role.PRACTITIONER)
    reason = VisitReasonFactory(
        practitioner__user=doctor, practitioner__last_name="Aubert", practitioner__first_name="Jeanne"
    )
    patient = PatientFactory(birth_name="Lefebvre", birth_first_names="Anne")
    ProxyFactory(user=owner, patient=patient, relation=Relation.SELF)
    start = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=2)
    with transaction.atomic():
        visit = a_video_visit(reason=reason, patient=patient, start_at=start)
    ThirdFactory(visit=visit, name="Interprète")
    return VideoHouse(visit, doctor, owner, stranger)


def tile(page: Page, person: Participant) -> Locator:
    return page.locator(f'.call-tile[data-participant="{person.pk}"]')


def frames(page: Page, person: Participant) -> int:
    return int(tile(page, person).get_attribute("data-frames") or 0)


def sees(page: Page, person: Participant, more_than: int = 0) -> None:
    """Frames are decoded, and go on being so."""
    shown = tile(page, person)
    expect(shown).to_have_attribute("data-state", "connected", timeout=SOON)
    for _each in range(60):
        if frames(page, person) > more_than + 5 and int(shown.get_attribute("data-voice") or 0) > 5:
            return
        page.wait_for_timeout(250)
    raise AssertionError((frames(page, person), shown.get_attribute("data-voice")))
