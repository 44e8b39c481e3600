"""The tools of the team in a real browser: no barrier, no complaint of the console, no sideways scroll."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from appointments.models import Appointment, Status
from core import clock
from patients.models import Patient
from tests.e2e.conftest import follow, no_barrier
from tests.e2e.entrance import enter, picture
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = 1366


@pytest.fixture
def visit(transactional_db: None) -> Appointment:
    """Somebody is expected right now; the practitioner receives next Monday too."""
    reason = VisitReasonFactory(name="Consultation", horizon_days=60)
    today = clock.day_bounds(clock.today())[0]
    now = clock.now().replace(second=0, microsecond=0)
    monday = today + timedelta(days=7 - clock.today().weekday(), hours=9)
    OpeningFactory(practitioner=reason.practitioner, start_at=monday, end_at=monday + timedelta(hours=2))
    patient = PatientFactory(birth_name="Lefèvre-Dupont", birth_first_names="Zoé", phone="+33612345678")
    return AppointmentFactory(reason=reason, patient=patient, start_at=max(today, now - timedelta(minutes=5)))


def test_the_day_at_the_desk(screen: Page, live_server: object, secretary: User, visit: Appointment) -> None:
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('my_day')}")
    no_barrier(screen)
    line = screen.locator(f"#visit-{visit.reference}")
    line.get_by_test_id("arrive").click()
    expect(line).to_contain_text("attente")
    expect(screen.get_by_test_id("next")).to_contain_text("Zoé Lefèvre-Dupont")
    expect(screen.locator(f"#go-{visit.reference}")).to_be_focused()
    picture(screen, "my-day")
    no_barrier(screen)
    line.get_by_test_id("commence").click()
    expect(line).to_contain_text("en consultation")
    line.get_by_test_id("termine").click()
    expect(line).to_contain_text("honoré")
    visit.refresh_from_db()
    assert visit.status == Status.FULFILLED


def test_the_day_without_script(
    browser: Browser, live_server: object, secretary: User, visit: Appointment
) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server, secretary)
    page.goto(f"{live_server}{reverse('my_day')}")
    page.get_by_test_id("absent").click()
    expect(page.locator(f"#visit-{visit.reference}")).to_contain_text("absent")
    context.close()
    visit.refresh_from_db()
    assert visit.status == Status.NO_SHOW


def test_a_patient_is_found_and_another_one_entered(
    screen: Page, live_server: object, secretary: User, visit: Appointment
) -> None:
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('patient_search')}")
    screen.get_by_label("Date de naissance").fill("14/03/1980")
    screen.get_by_label("Trois lettres").fill("lef")
    screen.get_by_role("button", name="Chercher").click()
    no_barrier(screen)
    picture(screen, "search")
    screen.get_by_role("link", name="Lefèvre-Dupont Zoé").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Zoé Lefèvre-Dupont")
    no_barrier(screen)
    picture(screen, "record")
    follow(screen.get_by_role("link", name="Modifier les coordonnées"))
    no_barrier(screen)
    screen.goto(f"{live_server}{reverse('create_patient')}")
    screen.get_by_label("Prénoms de naissance").fill("Zoé")
    screen.get_by_label("Nom de naissance").fill("Lefevre Dupont")
    screen.get_by_label("Date de naissance").fill("14/03/1980")
    screen.get_by_label("féminin").check()
    screen.get_by_role("button", name="Créer la fiche").click()
    expect(screen.get_by_test_id("similar")).to_be_visible()
    no_barrier(screen)
    picture(screen, "similar")
    screen.get_by_test_id("despite").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Zoé Lefevre Dupont")
    assert Patient.objects.count() == 2


def test_a_visit_is_booked_for_somebody_on_the_telephone(
    screen: Page, live_server: object, secretary: User, visit: Appointment
) -> None:
    caller = PatientFactory(birth_name="Deroo")
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('patient_record', args=[caller.pk])}")
    follow(screen.locator("main").get_by_role("link", name="Prendre rendez-vous"))
    no_barrier(screen)
    picture(screen, "book")
    screen.get_by_text("Écrire une heure").click()
    no_barrier(screen)
    screen.get_by_test_id("typed").click()
    expect(screen.get_by_role("alert")).to_contain_text("Écrivez pourquoi")
    no_barrier(screen)
    picture(screen, "typed")
    screen.get_by_text("par téléphone").click()
    screen.locator("button.slot").first.click()
    expect(screen.get_by_test_id("confirmation")).to_contain_text("Deroo")
    no_barrier(screen)
    picture(screen, "booked")
    booked = Appointment.objects.get(patient=caller)
    follow(screen.get_by_role("link", name="Retour au dossier"))
    no_barrier(screen)
    follow(screen.locator("main").get_by_role("link", name="Déplacer"))
    no_barrier(screen)
    screen.locator("button.slot").nth(1).click()
    expect(screen.get_by_role("status").filter(has_text="est déplacé")).to_be_visible()
    follow(screen.locator("main").get_by_role("link", name="Annuler"))
    no_barrier(screen)
    screen.get_by_role("button", name="Annuler et prévenir").click()
    expect(screen.get_by_role("status").filter(has_text="est annulé")).to_be_visible()
    booked.refresh_from_db()
    assert (booked.status, booked.sequence) == (Status.CANCELLED, 2)
