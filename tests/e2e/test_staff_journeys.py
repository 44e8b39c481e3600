"""The day of those who work here with the keys alone, without script, and with a session that ends meanwhile.

docs/journeys-staff.md names the journeys; what only one of these tests holds is here.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from appointments.models import Appointment, Status
from coordination.models import NoteVersion
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.entrance import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK
MOST_TABS = 120
WHAT_HAS_FOCUS = "document.activeElement.innerText || document.activeElement.getAttribute('name') || ''"


def reach(page: Page, word: str) -> None:
    """Tab until the focus stands on what bears this word: a label, or the name of a field."""
    for _each in range(MOST_TABS):
        page.keyboard.press("Tab")
        if word in " ".join(str(page.evaluate(WHAT_HAS_FOCUS)).split()):
            return
    raise AssertionError(f"« {word} » is not reached with the keys.")


def go(page: Page) -> None:
    """Enter, and be on the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture
def doctor(transactional_db: None) -> Practitioner:
    user = make_account("medecin@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    reason = VisitReasonFactory(name="Consultation", horizon_days=60)
    reason.practitioner.user = user
    reason.practitioner.save()
    return reason.practitioner


@pytest.fixture
def patient(transactional_db: None) -> Patient:
    return PatientFactory(birth_name="Lefebvre", birth_first_names="Zoé", birth_date=date(1980, 3, 14))


@pytest.fixture
def visit(doctor: Practitioner, patient: Patient) -> Appointment:
    now = clock.now().replace(second=0, microsecond=0)
    start = max(clock.day_bounds(clock.today())[0], now - timedelta(minutes=5))
    return AppointmentFactory(reason=doctor.reasons.get(), patient=patient, start_at=start)


def test_the_desk_books_with_the_keys_alone(
    screen: Page, live_server: object, secretary: User, doctor: Practitioner, patient: Patient
) -> None:
    start = clock.day_bounds(clock.today())[0] + timedelta(days=3, hours=9)
    OpeningFactory(practitioner=doctor, start_at=start, end_at=start + timedelta(hours=1))
    sign_in(screen, live_server, secretary)
    reach(screen, "Patients")
    go(screen)
    reach(screen, "born")
    screen.keyboard.type("14/03/1980")
    go(screen)
    reach(screen, "Lefebvre Zoé")
    go(screen)
    reach(screen, "Prendre rendez-vous")  # of the menu
    reach(screen, "Prendre rendez-vous")  # of the record
    go(screen)
    reach(screen, "9 h")
    go(screen)
    no_barrier(screen)
    booked = Appointment.objects.get(patient=patient)
    assert (booked.status, booked.start_at, booked.practitioner) == (Status.BOOKED, start, doctor)


def test_from_the_day_to_a_note_with_the_keys_alone(
    screen: Page, live_server: object, doctor: Practitioner, visit: Appointment
) -> None:
    assert doctor.user is not None
    sign_in(screen, live_server, doctor.user)
    reach(screen, "Ma journée")
    go(screen)
    reach(screen, "Arrivé")
    screen.keyboard.press("Enter")
    expect(screen.locator(f"#visit-{visit.reference}")).to_contain_text("arrivé")
    expect(screen.locator(f"#go-{visit.reference}")).to_be_focused()
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED
    screen.reload()
    reach(screen, "Zoé Lefebvre")
    go(screen)
    reach(screen, "Autres actions")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("link", name="Inscrire à un atelier")).to_be_visible()
    no_barrier(screen)
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("link", name="Inscrire à un atelier")).to_be_hidden()
    screen.reload()
    reach(screen, "Écrire une note")
    go(screen)
    reach(screen, "text")
    screen.keyboard.type("Tension revue, à recontrôler.")
    with screen.expect_navigation():
        screen.keyboard.press("Control+Enter")
    assert NoteVersion.objects.get().text == "Tension revue, à recontrôler."


def test_a_session_that_ends_loses_no_word(
    screen: Page, live_server: object, doctor: Practitioner, visit: Appointment
) -> None:
    assert doctor.user is not None
    sign_in(screen, live_server, doctor.user)
    screen.goto(f"{live_server}{reverse('write_note', args=[visit.patient_id])}")
    screen.locator("main textarea").first.fill("Une longue observation.")
    screen.context.clear_cookies(name="sessionid")
    save = screen.get_by_role("button", name="Enregistrer", exact=True)
    save.click()
    expect(screen.get_by_role("alert")).to_contain_text("Rien n’est perdu")
    expect(screen.locator("main textarea").first).to_have_value("Une longue observation.")
    assert not NoteVersion.objects.exists()
    with screen.context.expect_page() as opened:
        screen.get_by_role("link", name="Se reconnecter dans un nouvel onglet").click()
    sign_in(opened.value, live_server, doctor.user)
    opened.value.close()
    follow(save)
    assert NoteVersion.objects.get().text == "Une longue observation."


def test_the_desk_finds_a_patient_without_script(
    browser: Browser, live_server: object, secretary: User, patient: Patient
) -> None:
    with browser.new_context(java_script_enabled=False, locale="fr-FR") as context:
        page = context.new_page()
        sign_in(page, live_server, secretary)
        page.goto(f"{live_server}{reverse('patient_search')}")
        page.locator("[name=born]").fill("14/03/1980")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Lefebvre Zoé").click()
        page.get_by_text("Autres actions").click()
        page.get_by_role("link", name="Mettre en liste d’attente").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("attente")
