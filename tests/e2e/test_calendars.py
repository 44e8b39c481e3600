"""Calendars outside and a round, by hand, on a telephone and on a desk; nothing stands in anybody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from appointments.models import Appointment, CalendarFeed, ExternalCalendar, PlaceKind, Status
from core import clock
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, no_barrier
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db(transaction=True)
FILE = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    b"DTSTART:20990101T100000Z\r\nDTEND:20990101T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def nurse(transactional_db: None) -> User:
    user = make_account("infirmiere@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    practitioner = PractitionerFactory(user=user, last_name="Leclercq", slug="leclercq")
    reason = VisitReasonFactory(practitioner=practitioner, name="Pansement", place_kind=PlaceKind.HOME)
    nine = clock.day_bounds(clock.today())[0] + timedelta(hours=9)
    OpeningFactory(practitioner=practitioner, start_at=nine)
    for number, name in enumerate(("Aubert", "Berger")):
        AppointmentFactory(
            reason=reason,
            start_at=nine + timedelta(minutes=5 * number + 20 * number),
            place_kind=PlaceKind.HOME,
            patient=PatientFactory(
                birth_name=name,
                birth_first_names="Zoé",
                address="1 rue Haute",
                postal_code="62840",
                city="Laventie",
            ),
        )
    return user


def sign_in(page: Page, live_server: object, where: str) -> None:
    page.goto(f"{live_server}{reverse('account_login')}?next={where}")
    page.get_by_label("Adresse e-mail").fill("infirmiere@example.org")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**{where}")


def test_calendars_both_ways(screen: Page, live_server: object, nurse: User) -> None:
    sign_in(screen, live_server, reverse("calendars", args=["leclercq"]))
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Créer une adresse"))
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Enregistrer"))
    address = screen.get_by_test_id("feed-address").input_value()
    no_barrier(screen)
    answer = screen.request.get(f"{live_server}{address[address.index('/agenda/') :]}")
    assert answer.status == 200
    assert answer.text().startswith("BEGIN:VCALENDAR")
    follow(screen.get_by_role("link", name="J’ai copié l’adresse"))
    follow(screen.get_by_role("link", name="Ajouter un agenda"))
    no_barrier(screen)
    screen.get_by_label("Nom de cet agenda").fill("Association")
    follow(screen.get_by_role("button", name="Enregistrer"))
    expect(screen.get_by_role("alert").first).to_be_visible()
    no_barrier(screen)
    screen.get_by_label("ou un fichier .ics").set_input_files(
        {"name": "agenda.ics", "mimeType": "text/calendar", "buffer": FILE}
    )
    follow(screen.get_by_role("button", name="Enregistrer"))
    expect(screen.get_by_text("« Association » est à jour.")).to_be_visible()
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Suspendre"))
    expect(screen.get_by_text("suspendu", exact=True)).to_be_visible()
    screen.get_by_role("button", name="Fermer", exact=True).first.click()
    expect(screen.get_by_role("dialog", name="Fermer cette adresse ?")).to_be_visible()
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Fermer cette adresse"))
    assert CalendarFeed.objects.live().count() == 0
    assert ExternalCalendar.objects.get().is_active is False


def test_a_round_on_the_road(screen: Page, live_server: object, nurse: User) -> None:
    page = reverse("round", args=["leclercq", clock.today().isoformat()])
    sign_in(screen, live_server, page)
    expect(screen.locator(".round-leg h2")).to_have_count(2)
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Plus tard Zoé Aubert"))
    names = screen.locator(".round-leg h2")
    expect(names).to_have_text(["Zoé Berger", "Zoé Aubert"])
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Fait Zoé Berger"))
    expect(screen.get_by_text("fait", exact=True)).to_be_visible()
    screen.get_by_text("Accès Zoé Aubert").click()
    screen.get_by_label("Code, étage, clé").locator("visible=true").fill("Code 12A34")
    follow(screen.get_by_role("button", name="Enregistrer").locator("visible=true").first)
    expect(screen.get_by_text("Code 12A34")).to_be_visible()
    no_barrier(screen)
    assert Appointment.objects.filter(status=Status.FULFILLED).count() == 1
