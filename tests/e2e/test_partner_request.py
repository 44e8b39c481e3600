"""From letter to return letter, in real browsers: sent, sorted, invited, a seat chosen, seen, written, read."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from appointments.models import Appointment, Status
from core import clock
from partnerships.actions.tend_requests import tend_requests
from partnerships.invitation_links import invitation_token
from partnerships.models import ConsultationRequest, RequestInvitation, RequestState
from patients.models import Patient
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import House, follow, no_barrier
from tests.e2e.entrance import enter, picture
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.partnerships_invitation import programme_of, reason_of, session_of
from tests.factories.partnerships_letter import letter_template
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db(transaction=True)


def account(email: str, role: Role) -> User:
    user = make_account(email, PASSWORD)
    RoleAssignmentFactory(user=user, role=role)
    return user


def page_of(browser: Browser, width: int, base: object, user: User | None = None) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 850}, locale="fr-FR").new_page()
    page.set_default_timeout(10_000)
    if user is not None:
        enter(page, base, user)
    return page


def write_the_letter(office: Page) -> ConsultationRequest:
    office.get_by_label("Ce que vous demandez").fill("Un avis, le sommeil est difficile.")
    follow(office.get_by_test_id("send-request"))
    expect(office.get_by_role("alert").first).to_be_visible()
    no_barrier(office)
    picture(office, "partner-letter")
    office.get_by_label("Histoire des troubles").fill("Depuis trois mois.")
    office.get_by_role("group", name="Risque suicidaire").get_by_label("non").check()
    office.get_by_label("de vive voix").check()
    follow(office.get_by_test_id("send-request"))
    request = ConsultationRequest.objects.get()
    assert (request.state, request.question) == (
        RequestState.RECEIVED,
        "Un avis, le sommeil est difficile.",
    )
    return request


def sort_and_invite(bureau: Page, live_server: object, request: ConsultationRequest) -> None:
    no_barrier(bureau)
    picture(bureau, "partner-request")
    bureau.get_by_test_id("accept-request").get_by_label("2 · rapide").check()
    follow(bureau.get_by_test_id("accept-request").get_by_role("button"))
    bureau.goto(f"{live_server}{reverse('programme_waiting_list', args=[request.programme_id])}")
    expect(bureau.get_by_text("priorité 2, attend depuis aujourd’hui, 1er sur 1")).to_be_visible()
    no_barrier(bureau)
    picture(bureau, "partner-waiting-list")
    follow(bureau.get_by_test_id("invite"))
    expect(bureau.get_by_text("1 personne invitée.")).to_be_visible()


def choose_a_seat(phone: Page, patient: Patient) -> Appointment:
    no_barrier(phone)
    picture(phone, "partner-choose-seat")
    follow(phone.locator("button.slot").nth(1))
    visit = Appointment.objects.get(patient=patient)
    expect(phone.get_by_test_id("appointment-reference")).to_have_text(visit.reference)
    no_barrier(phone)
    picture(phone, "partner-seat-chosen")
    return visit


def give(visit: Appointment) -> None:
    # The browser's clock is the machine's: the visit is given by moving it, not the time.
    given = clock.now() - timedelta(hours=1)
    Appointment.objects.filter(pk=visit.pk).update(
        status=Status.FULFILLED,
        start_at=given,
        end_at=given + timedelta(minutes=40),
        blocked_until=given + timedelta(minutes=40),
    )
    tend_requests()


def write_the_return(writer: Page) -> None:
    no_barrier(writer)
    picture(writer, "return-letters")
    follow(writer.get_by_role("link", name="Écrire"))
    no_barrier(writer)
    picture(writer, "write-return-letter")
    writer.get_by_label("Ce qui a été constaté").fill("Épisode anxieux, sans gravité.")
    follow(writer.get_by_role("button", name="Enregistrer"))


def read_the_return(reader: Page) -> None:
    follow(reader.get_by_role("link", name="Compte rendu de").first)
    expect(reader.get_by_text("Épisode anxieux, sans gravité.")).to_be_visible()
    no_barrier(reader)
    picture(reader, "return-letter")
    follow(reader.get_by_test_id("read"))
    expect(reader.get_by_text("Lu le")).to_be_visible()


def test_from_letter_to_return_letter(browser: Browser, live_server: object, house: House) -> None:
    coordinator = account("coordination@example.org", Role.COORDINATOR)
    doctor = PractitionerFactory(last_name="Vandamme", user=account("medecin@example.org", Role.PRACTITIONER))
    visitor = PractitionerFactory(
        kind="visiting", last_name="Fournier", user=account("psychiatre@example.org", Role.PARTNER)
    )
    house.patient.attending_doctor, house.patient.email = doctor, "jeanne@example.org"
    house.patient.save()
    programme = programme_of(coordinator)
    letter_template(programme)
    start = clock.at(clock.today() + timedelta(days=8), time(14))
    session_of(programme, visitor, start, seats=3, actor=coordinator)
    reason_of(programme, visitor)

    office = page_of(browser, 1440, live_server, doctor.user)
    office.goto(f"{live_server}{reverse('patient_record', args=[house.patient.pk])}")
    office.get_by_text("Autres actions").click()
    follow(office.get_by_role("link", name="Adresser à un partenaire").first)
    follow(office.get_by_role("link", name="Écrire la demande"))
    request = write_the_letter(office)

    bureau = page_of(browser, 1440, live_server, coordinator)
    bureau.goto(f"{live_server}{reverse('consultation_requests')}")
    follow(bureau.get_by_role("link", name=house.patient.display_name))
    sort_and_invite(bureau, live_server, request)

    phone = page_of(browser, 390, live_server)
    token = invitation_token(RequestInvitation.objects.get())
    phone.goto(f"{live_server}{reverse('choose_seat', args=[token])}")
    give(choose_a_seat(phone, house.patient))

    writer = page_of(browser, 1440, live_server, visitor.user)
    writer.goto(f"{live_server}{reverse('return_letters')}")
    write_the_return(writer)
    request.refresh_from_db()
    assert request.state == RequestState.CLOSED

    reader = page_of(browser, 390, live_server, doctor.user)
    reader.goto(f"{live_server}{reverse('patient_record', args=[house.patient.pk])}")
    read_the_return(reader)
    for page in (office, bureau, phone, writer, reader):
        page.context.close()
