"""The patient’s space and the desk’s lists in a real browser: no barrier, no refused resource, no sideways scroll."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from appointments.models import Status
from core.audit.record import record
from patients.actions.give_word import give_word
from patients.models import ErasureRequest, Patient
from patients.models.consent import Decision, Means
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, look_at, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import CentreFactory, PractitionerFactory
from tests.patients.conftest import pending_parent, visit

pytestmark = pytest.mark.django_db(transaction=True)


def patient_with_a_story(user: User) -> Patient:
    CentreFactory(phone="+33321000000")
    patient = PatientFactory(birth_name="Vandenbroucke-Delattre", birth_first_names="Anne-Charlotte")
    ProxyFactory(user=user, patient=patient)
    pending_parent(user)
    visit(patient, days=3)
    visit(patient, days=0.4)
    visit(patient, days=-20, status=Status.FULFILLED)
    record(user, "patient.opened", patient, patient_id=patient.pk, reason="médecin traitant")
    return patient


def test_the_space_has_no_barrier(screen: Page, live_server: object) -> None:
    user = make_account("patiente@example.org", PASSWORD)
    patient = patient_with_a_story(user)
    coming = patient.appointments.order_by("-start_at").first()
    assert coming is not None
    enter(screen, live_server, user)
    names = [
        *("my_space", "past_appointments", "my_relatives", "add_a_relative", "my_notices", "my_security"),
        *("record_openings", "my_data", "ask_erasure", "mfa_index", "usersessions_list", "account_email"),
    ]
    paths = [reverse(name) for name in names]
    paths += [reverse("identity", args=[patient.pk]), reverse("cancel_appointment", args=[coming.reference])]
    give_word(patient, coming.practitioner, Decision.OPPOSES, actor=user, means=Means.ONLINE)
    paths += [
        reverse("my_care_team"),
        reverse("add_to_care_team", args=[patient.pk]),
        reverse("oppose_house", args=[patient.pk]),
    ]
    assert {path: wrong for path in paths if (wrong := look_at(screen, f"{live_server}{path}"))} == {}


def test_an_empty_space_has_no_barrier(screen: Page, live_server: object) -> None:
    CentreFactory()
    user = make_account("nouvelle@example.org", PASSWORD)
    enter(screen, live_server, user)
    names = ["my_space", "past_appointments", "my_relatives", "my_identity", "record_openings", "my_data"]
    paths = [reverse(name) for name in names]
    assert {path: wrong for path in paths if (wrong := look_at(screen, f"{live_server}{path}"))} == {}


def test_the_desk_has_no_barrier(screen: Page, live_server: object) -> None:
    patient_with_a_story(asker := make_account("patiente@example.org"))
    asked = ErasureRequest.objects.create(user=asker)
    secretary = make_account("secretariat@example.org", PASSWORD)
    RoleAssignmentFactory(user=secretary, role=Role.SECRETARY)
    enter(screen, live_server, secretary)
    proxy = asker.proxies.get(state="pending")
    paths = [
        reverse("proxy_requests"),
        reverse("proxy_request", args=[proxy.pk]),
        reverse("erasure_requests"),
        reverse("erasure_request", args=[asked.pk]),
    ]
    assert {path: wrong for path in paths if (wrong := look_at(screen, f"{live_server}{path}"))} == {}


def test_the_glass_is_broken_and_looked_at_again(browser: Browser, live_server: object) -> None:
    patient = patient_with_a_story(make_account("patiente@example.org"))
    doctor = make_account("medecin2@example.org", PASSWORD)
    RoleAssignmentFactory(user=doctor, role=Role.PRACTITIONER)
    PractitionerFactory(user=doctor, profession__is_medical_doctor=True)
    coordinator = make_account("coordination@example.org", PASSWORD)
    RoleAssignmentFactory(user=coordinator, role=Role.COORDINATOR)
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    page = context.new_page()
    enter(page, live_server, doctor)
    page.goto(f"{live_server}{reverse('emergency_access')}")
    page.get_by_label("Date de naissance").fill(f"{patient.birth_date:%d/%m/%Y}")
    page.get_by_label("Trois lettres").fill("van")
    page.get_by_label("Pourquoi cela ne peut pas attendre").fill(
        "Malaise en salle d’attente, personne seule."
    )
    follow(page.get_by_role("button", name="Chercher cette personne"))
    no_barrier(page)
    follow(page.get_by_role("button", name="Ouvrir ce dossier"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vandenbroucke-Delattre")
    context.close()
    context = browser.new_context(viewport={"width": 1440, "height": 800}, locale="fr-FR")
    page = context.new_page()
    enter(page, live_server, coordinator)
    page.goto(f"{live_server}{reverse('emergency_reviews')}")
    no_barrier(page)
    follow(page.get_by_role("main").get_by_role("link", name="Vandamme"))
    no_barrier(page)
    page.get_by_label("justifié", exact=True).check()
    follow(page.get_by_role("button", name="Enregistrer mon avis"))
    expect(page.get_by_text("Rien à relire")).to_be_visible()
    context.close()


def test_a_visit_is_cancelled_without_script(browser: Browser, live_server: object) -> None:
    user = make_account("patiente@example.org", PASSWORD)
    patient = patient_with_a_story(user)
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    enter(page, live_server, user)
    page.goto(f"{live_server}{reverse('my_space')}")
    page.get_by_role("link", name="Annuler").first.click()
    page.get_by_role("button", name="Oui, annuler").click()
    expect(page.get_by_role("status").filter(has_text="est annulé")).to_be_visible()
    expect(page.get_by_role("link", name="Annuler")).to_have_count(0)
    assert patient.appointments.filter(status=Status.CANCELLED).count() == 1
    context.close()
