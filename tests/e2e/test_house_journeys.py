"""Those who answer for others and for the house: the supervisor, the chair, the coordinator, the administrator.

docs/journeys-staff.md names the journeys.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from appointments.models import Appointment, Status
from coordination.models import DecisionSheet, NoteVersion, TeamMeeting
from core import clock
from core.uploads import check
from partnerships.actions.set_evidence_grid import start_grid
from partnerships.models import EvidenceProof, FrozenEvidence
from patients.models import Patient
from practitioners.models import Practitioner, Profession
from tests import files
from tests.accounts.conftest import PASSWORD, make_account, totp_code
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.test_desk import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import CentreFactory, InternshipFactory, PlaceFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK


def worker(name: str, role: Role) -> User:
    user = make_account(f"{name}@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=role)
    return user


def carer(name: str, role: Role = Role.PRACTITIONER) -> Practitioner:
    practitioner = VisitReasonFactory(name="Consultation", horizon_days=60).practitioner
    practitioner.user = worker(name, role)
    practitioner.last_name = name.capitalize()
    practitioner.save()
    return practitioner


def change_person(page: Page, base: object, who: Practitioner) -> None:
    assert who.user is not None
    page.context.clear_cookies()
    enter(page, base, who.user)


@pytest.fixture
def doctor(transactional_db: None) -> Practitioner:
    return carer("medecin")


@pytest.fixture
def trainee(transactional_db: None) -> Practitioner:
    return carer("interne", Role.INTERN)


@pytest.fixture
def patient(transactional_db: None) -> Patient:
    return PatientFactory(birth_name="Lefebvre", birth_first_names="Zoé")


@pytest.fixture
def visit(trainee: Practitioner, patient: Patient) -> Appointment:
    now = clock.now().replace(second=0, microsecond=0)
    start = max(clock.day_bounds(clock.today())[0], now - timedelta(minutes=10))
    return AppointmentFactory(
        reason=trainee.reasons.get(), patient=patient, start_at=start, status=Status.IN_PROGRESS
    )


def test_what_a_trainee_saw_is_read_over(
    screen: Page, live_server: object, doctor: Practitioner, trainee: Practitioner, visit: Appointment
) -> None:
    InternshipFactory(intern=trainee, supervisors=[doctor])
    change_person(screen, live_server, trainee)
    screen.goto(f"{live_server}{reverse('write_note', args=[visit.patient_id])}")
    screen.locator("main textarea").first.fill("Toux sèche depuis une semaine.")
    follow(screen.get_by_role("button", name="Enregistrer", exact=True))
    screen.goto(f"{live_server}{reverse('my_day')}")
    screen.get_by_test_id("termine").click()
    expect(screen.locator(f"#visit-{visit.reference}")).to_contain_text("honoré")

    change_person(screen, live_server, doctor)
    screen.goto(f"{live_server}{reverse('my_day')}")
    follow(screen.get_by_role("link", name="1 relecture de stage à signer"))
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Zoé Lefebvre"))
    page_of_it = screen.url
    follow(screen.locator("main dl").get_by_role("link", name="Zoé Lefebvre"))
    expect(screen.locator("main")).to_contain_text("Toux sèche depuis une semaine.")
    screen.goto(page_of_it)
    no_barrier(screen)
    screen.get_by_label("Retour").fill("Penser à la température.")
    follow(screen.get_by_role("button", name="Signer la relecture"))
    expect(screen.get_by_text("La relecture est signée.")).to_be_visible()

    change_person(screen, live_server, trainee)
    screen.goto(page_of_it)
    expect(screen.locator("main")).to_contain_text("Penser à la température.")
    assert NoteVersion.objects.get().text == "Toux sèche depuis une semaine."


def test_a_meeting_is_fixed_held_and_decided(
    screen: Page, live_server: object, doctor: Practitioner, patient: Patient
) -> None:
    PlaceFactory(centre=doctor.centre)
    change_person(screen, live_server, doctor)
    screen.goto(f"{live_server}{reverse('plan_meeting')}")
    follow(screen.get_by_role("button", name="Chercher une date"))
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Choisir").first)
    follow(screen.get_by_role("button", name="Fixer et inviter"))
    expect(screen.get_by_text("les invitations partent")).to_be_visible()
    follow(screen.get_by_role("link", name="Ajouter un sujet"))
    screen.locator("main textarea").first.fill("Vaccination : qui fait quoi ?")
    follow(screen.get_by_role("button", name="Inscrire à l’ordre du jour"))
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Vient", exact=True))

    # The day has come.
    now = clock.now().replace(second=0, microsecond=0)
    TeamMeeting.objects.update(start_at=now, end_at=now + timedelta(hours=1))
    screen.reload()
    follow(screen.get_by_test_id("open-meeting"))
    follow(screen.get_by_role("navigation", name="Ordre du jour").get_by_role("link", name="Vaccination"))
    screen.get_by_label("Décision").fill("L’infirmière vaccine le mardi.")
    expect(screen.locator("#sheet-state")).to_contain_text("Enregistré")
    no_barrier(screen)
    follow(screen.get_by_test_id("review"))
    expect(screen.locator("main")).to_contain_text("L’infirmière vaccine le mardi.")
    follow(screen.get_by_test_id("validate"))
    no_barrier(screen)
    sheet = DecisionSheet.objects.validated().get()
    assert (sheet.decision, TeamMeeting.objects.get().state) == ("L’infirmière vaccine le mardi.", "closed")


def test_a_year_of_the_contract_is_proved_and_frozen(screen: Page, live_server: object) -> None:
    coordinator = worker("coordination", Role.COORDINATOR)
    start_grid(CentreFactory(), actor=coordinator)
    year = clock.today().year - 1
    enter(screen, live_server, coordinator)
    screen.goto(f"{live_server}{reverse('evidence')}")
    follow(screen.get_by_role("link", name=str(year), exact=True))
    no_barrier(screen)
    follow(screen.locator(f"main a[href='{reverse('evidence_indicator', args=[year, 'sas'])}']"))
    screen.get_by_label("Valeur", exact=True).fill("100")
    screen.get_by_label("Comment ce nombre est connu").fill("Tous les deux.")
    follow(screen.get_by_role("button", name="Enregistrer"))
    paper = {"name": "liste.pdf", "mimeType": "application/pdf", "buffer": files.pdf()}
    screen.locator("input[type=file][name=file]").set_input_files(paper)
    follow(screen.get_by_role("button", name="Ajouter"))
    expect(screen.locator("main")).to_contain_text("n contrôle")
    check.check_waiting()
    screen.reload()
    expect(screen.locator("main")).not_to_contain_text("n contrôle")
    screen.goto(f"{live_server}{reverse('evidence')}?annee={year}")
    follow(screen.get_by_role("link", name="Préparer"))
    assert not FrozenEvidence.objects.exists()
    follow(screen.get_by_role("button", name="Figer l’année"))
    no_barrier(screen)
    frozen = FrozenEvidence.objects.get()
    assert (frozen.year.year, EvidenceProof.objects.get().code) == (year, "sas")
    expect(screen.locator("main")).to_contain_text(frozen.paper_hash)


def test_the_administrator_starts_a_house(screen: Page, live_server: object, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    admin = worker("admin", Role.ADMINISTRATOR)
    secret = generate_totp_secret()
    TOTP.activate(admin, secret)
    screen.goto(f"{live_server}{reverse('account_login')}?next={reverse('first_steps')}")
    screen.fill("input[name=login]", admin.email)
    screen.fill("input[name=password]", PASSWORD)
    follow(screen.locator("main form button[type=submit]").first)
    no_barrier(screen)
    screen.fill("input[name=code]", totp_code(secret))
    follow(screen.locator("main form button[type=submit]").first)
    steps = screen.get_by_test_id("first-steps")
    expect(steps.get_by_text("À faire").first).to_be_visible()
    no_barrier(screen)
    assert not Profession.objects.exists()
    follow(steps.get_by_role("button", name="Reprendre la liste usuelle").first)
    expect(screen.get_by_text("lignes sont reprises.")).to_be_visible()
    assert Profession.objects.count() == 15
    follow(screen.locator("main").get_by_role("link", name="État du portail"))
    expect(screen.get_by_test_id("findings")).to_be_visible()
    no_barrier(screen)
