"""People with a browser of their own who book over HTTP, as often as they must, and what they were answered."""

from __future__ import annotations

import re
import secrets
import time as stopwatch
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import unescape

import httpx
from django.conf import settings
from django.test import Client

from accounts.models import User
from appointments.models import VisitReason
from core import clock
from patients.models import Patient
from tests.factories.accounts import UserFactory
from tests.factories.appointments import OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory
from tests.faults.machinery import PATIENCE

REFERENCE = 'data-testid="appointment-reference"'
TRY_AGAIN = "puis réessayez"
OFFERED = re.compile(r'name="slot"\s+value="([0-9.]+)"')


@dataclass(frozen=True)
class Answer:
    """`status` 0: the line was cut, which a browser says in words of its own."""

    status: int
    seconds: float
    text: str = ""
    onward: str = ""
    retry_after: str = ""


@dataclass(eq=False)
class Person:
    user: User
    patient: Patient
    browser: httpx.Client
    answers: list[Answer] = field(default_factory=list)
    reference: str = ""
    chose_again: bool = False

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        started = stopwatch.monotonic()
        try:
            found = self.browser.get(path) if form is None else self.browser.post(path, data=form)
        except httpx.TransportError:
            answer = Answer(0, stopwatch.monotonic() - started)
        else:
            answer = Answer(
                found.status_code,
                stopwatch.monotonic() - started,
                unescape(found.text),
                found.headers.get("Location", ""),
                found.headers.get("Retry-After", ""),
            )
        self.answers.append(answer)
        return answer

    def hold(self, slot: str) -> Answer:
        return self.ask("/rendez-vous/retenir/", {"slot": slot})

    def confirm(self, page: str) -> Answer:
        return self.ask(page, {"whom": str(self.patient.pk), "patient_message": ""})

    def book(self, slot: str, patience: float = PATIENCE) -> str:
        """Like somebody who wants this visit: tries again whatever is answered. The reference that was seen."""
        ends = stopwatch.monotonic() + patience
        while stopwatch.monotonic() < ends:
            held = self.hold(slot)
            page = held.onward
            while held.status == 302 and stopwatch.monotonic() < ends:
                confirmed = self.confirm(page)
                if confirmed.status == 302 and self.see(confirmed.onward):
                    return self.reference
                if confirmed.status in (404, 409):
                    break
                stopwatch.sleep(0.3)
            # A hold whose visitor was never told of it stands for ten minutes: the page offers the nearest ones.
            if held.status == 409 and (others := OFFERED.findall(held.text)):
                slot = others[0]
                self.chose_again = True
            stopwatch.sleep(0.3)
        return ""

    def see(self, page: str) -> bool:
        """The page of the appointment, with the reference on it."""
        shown = self.ask(page)
        if shown.status == 200 and REFERENCE in shown.text:
            self.reference = page.rstrip("/").rpartition("/")[2]
        return bool(self.reference)


def person(url: str, number: int) -> Person:
    user = UserFactory(email=f"{secrets.token_hex(4)}-{number}@example.org")
    patient = PatientFactory(birth_name=f"Hermant{number}", email=user.email)
    ProxyFactory(user=user, patient=patient)
    return Person(user, patient, browser_of(user, url))


def browser_of(user: User, url: str) -> httpx.Client:
    client = Client()
    client.force_login(user)
    token = secrets.token_hex(16)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.CSRF_COOKIE_NAME: token,
    }
    # As patient as a browser; longer than any answer of the portal may take.
    return httpx.Client(base_url=url, cookies=cookies, headers={"X-CSRFToken": token}, timeout=60)


def next_monday() -> date:
    """The Tuesday on a Sunday: what a patient may still move or cancel is more than a day away."""
    today = clock.today()
    return today + timedelta(days=max(7 - today.weekday(), 2))


def slot(reason: VisitReason, start: datetime) -> str:
    return f"{reason.pk}.{int(start.timestamp())}"


def slots(number: int) -> list[str]:
    """Free ones of as many practitioners as it takes: 12 of the 30 of a day, so that there is something to choose also
    where a death leaves most of them held for nobody."""
    found: list[str] = []
    while len(found) < number:
        token = secrets.token_hex(4)
        practitioner = PractitionerFactory(slug=f"dr-{token}", last_name=f"Vandamme{token}")
        reason = VisitReasonFactory(practitioner=practitioner, name="Consultation", horizon_days=60)
        start = clock.at(next_monday(), time(8))
        OpeningFactory(practitioner=practitioner, start_at=start, end_at=start + timedelta(hours=10))
        found += [slot(reason, start + timedelta(minutes=20 * index)) for index in range(12)]
    return found[:number]
