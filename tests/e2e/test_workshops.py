"""Workshops in a real browser: a seat, the waiting list, the seat that comes back; the sheet at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from appointments.models import Attendance, Enrolment, WorkshopCycle
from core import clock
from tests.accounts.conftest import make_account
from tests.e2e.conftest import PASSWORD, House, follow, no_barrier
from tests.e2e.entrance import enter, picture
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import (
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cycle(house: House) -> WorkshopCycle:
    """Next Monday at 18, two seats, one of them taken."""
    workshop = WorkshopFactory(
        title="Bien dormir",
        slug="bien-dormir",
        description="Comprendre le sommeil.",
        seats=2,
        price="gratuit",
        animators=[house.reason.practitioner],
    )
    cycle = WorkshopCycleFactory(workshop=workshop, start_at=house.at(18))
    EnrolmentFactory(cycle=cycle, patient__birth_name="Caron", patient__phone="+33612345678")
    return cycle


@pytest.fixture
def neighbour(house: House) -> User:
    user = make_account("voisin@example.org", PASSWORD)
    ProxyFactory(user=user, patient=PatientFactory(birth_name="Deroo", birth_first_names="Paul"))
    return user


@pytest.fixture
def animator(house: House) -> User:
    user = make_account("animateur@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    practitioner = house.reason.practitioner
    practitioner.user = user
    practitioner.save()
    return user


def test_a_seat_the_waiting_list_and_the_seat_that_comes_back(
    screen: Page, live_server: object, house: House, cycle: WorkshopCycle, neighbour: User
) -> None:
    screen.goto(f"{live_server}/")
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Tous les ateliers"))
    expect(screen.locator("main")).to_contain_text("1 place")
    no_barrier(screen)
    picture(screen, "workshops")
    follow(screen.get_by_role("link", name="Bien dormir"))
    no_barrier(screen)
    picture(screen, "workshop")
    follow(screen.get_by_role("link", name="S’inscrire"))
    no_barrier(screen)
    picture(screen, "identify")
    enter(screen, live_server, house.mother)
    screen.goto(f"{live_server}{reverse('enrol', args=['bien-dormir', cycle.pk])}")
    screen.get_by_label("Lou Lefebvre").check()
    no_barrier(screen)
    picture(screen, "enrol")
    screen.get_by_role("button", name="Confirmer l’inscription").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Inscription confirmée")
    no_barrier(screen)
    picture(screen, "enrolled")

    enter(screen, live_server, neighbour)
    screen.goto(f"{live_server}{reverse('workshop', args=['bien-dormir'])}")
    expect(screen.locator("main")).to_contain_text("complet")
    follow(screen.locator("main").get_by_role("link", name="Liste d’attente"))
    no_barrier(screen)
    screen.get_by_role("button", name="liste d’attente").click()
    expect(screen.get_by_test_id("position")).to_contain_text("le premier de la liste")
    no_barrier(screen)
    picture(screen, "waiting")
    reference = screen.get_by_test_id("enrolment-reference").inner_text()

    enter(screen, live_server, house.mother)
    screen.goto(f"{live_server}{reverse('my_space')}")
    no_barrier(screen)
    picture(screen, "space")
    follow(screen.get_by_role("link", name="Voir l’inscription"))
    follow(screen.get_by_role("link", name="Se désinscrire"))
    no_barrier(screen)
    screen.get_by_role("button", name="Oui, se désinscrire").click()
    expect(screen.get_by_role("status").filter(has_text="annulée")).to_be_visible()
    assert Enrolment.objects.get(reference=reference).has_seat


def test_the_sheet_at_the_door(
    screen: Page, live_server: object, cycle: WorkshopCycle, animator: User
) -> None:
    EnrolmentFactory(cycle=cycle, patient__birth_name="Deroo")
    EnrolmentFactory(cycle=cycle, patient__birth_name="Attend", state="waiting", queue=1)
    session = cycle.sessions.get()
    today = clock.now() + timedelta(seconds=1)
    cycle.sessions.update(start_at=today, end_at=today + timedelta(hours=2))
    enter(screen, live_server, animator)
    screen.goto(f"{live_server}{reverse('workshop_list')}")
    no_barrier(screen)
    picture(screen, "list")
    screen.goto(f"{live_server}{reverse('workshop_board', args=[cycle.workshop_id])}")
    no_barrier(screen)
    picture(screen, "board")
    screen.goto(f"{live_server}{reverse('workshop_session', args=[session.pk])}")
    no_barrier(screen)
    row = screen.get_by_role("row", name="Caron")
    row.get_by_role("button", name="présent").click()
    expect(row.get_by_role("button", name="présent")).to_have_attribute("aria-pressed", "true")
    expect(screen.get_by_role("heading", level=2, name="Inscrits")).to_be_visible()
    no_barrier(screen)
    picture(screen, "session")
    row.get_by_role("button", name="présent").click()
    expect(row.get_by_role("button", name="présent")).to_have_attribute("aria-pressed", "false")
    row.get_by_role("button", name="absent").click()
    expect(row.get_by_role("button", name="absent")).to_have_attribute("aria-pressed", "true")
    assert [one.mark for one in Attendance.objects.all()] == ["absent"]
    screen.get_by_text("Changer le rang").click()
    no_barrier(screen)
    for name in ("edit_workshop", "plan_sessions"):
        screen.goto(f"{live_server}{reverse(name, args=[cycle.workshop_id])}")
        no_barrier(screen)
        picture(screen, name)
    screen.get_by_label("Nombre de séances").fill("6")
    screen.get_by_label("De", exact=True).fill("18:00")
    screen.get_by_label("À", exact=True).fill("20:00")
    screen.get_by_label("À partir du").fill((clock.today() + timedelta(days=3)).isoformat())
    screen.get_by_test_id("preview").click()
    expect(screen.get_by_role("group", name="Les dates").get_by_role("checkbox")).to_have_count(6)
    no_barrier(screen)
    picture(screen, "preview")
    screen.get_by_test_id("save").click()
    expect(screen.get_by_role("status").filter(has_text="enregistrées")).to_be_visible()
    assert cycle.workshop.cycles.count() == 7
    screen.goto(f"{live_server}{reverse('attendance_sheet', args=[session.pk])}")
    no_barrier(screen)
    picture(screen, "sheet")


def test_enrolling_and_marking_without_script(
    browser: Browser, live_server: object, house: House, cycle: WorkshopCycle, animator: User
) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server, house.mother)
    page.goto(f"{live_server}{reverse('enrol', args=['bien-dormir', cycle.pk])}")
    page.get_by_label("Jeanne Lefebvre").check()
    page.get_by_role("button", name="Confirmer l’inscription").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscription confirmée")
    assert Enrolment.objects.filter(patient=house.patient).get().has_seat
    soon = clock.now() + timedelta(seconds=1)
    cycle.sessions.update(start_at=soon, end_at=soon + timedelta(hours=2))
    enter(page, live_server, animator)
    page.goto(f"{live_server}{reverse('workshop_session', args=[cycle.sessions.get().pk])}")
    page.get_by_role("row", name="Lefebvre").get_by_role("button", name="présent").click()
    expect(page.get_by_role("row", name="Lefebvre").get_by_role("button", name="présent")).to_have_attribute(
        "aria-pressed", "true"
    )
    context.close()
