"""A visit by video that is on right now: a doctor, his patient with an account, a third, a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from accounts.models import Role, User
from core import clock
from patients.models.proxy import Relation
from teleconsult import entering
from teleconsult.models import Participant, VideoVisit
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.server import AsgiServer
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.teleconsult_visit import ThirdFactory, a_video_visit


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
        person = self.person(role)
        taken = set(self.visit.participants.exclude(seat=None).values_list("seat", flat=True))
        person.seat = next(seat for seat in (1, 2, 3, 4) if seat not in taken)
        person.admitted_at = clock.now()
        person.save()
        return person

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
