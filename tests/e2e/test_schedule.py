"""The shared schedule in a real browser: no barrier, no complaint of the strict policy, keys, and without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from appointments.models import Appointment, Status, VisitReason
from core import clock
from tests.e2e.conftest import DESK, PHONE, no_barrier
from tests.e2e.entrance import let_in
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = 1366
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def visits(transactional_db: None) -> list[Appointment]:
    """Two visits of the first practitioner and one of the second, who is away later in the day."""
    nine = clock.day_bounds(clock.today())[0] + timedelta(hours=9)

    def reason_of(name: str) -> VisitReason:
        reason = VisitReasonFactory(name="Consultation", buffer_minutes=10, practitioner__last_name=name)
        OpeningFactory(practitioner=reason.practitioner, start_at=nine, end_at=nine + timedelta(hours=3))
        return reason

    first, second = reason_of("Aubert"), reason_of("Berger")
    AbsenceFactory(
        practitioner=second.practitioner,
        start_at=nine + timedelta(hours=5),
        end_at=nine + timedelta(hours=7),
    )
    return [
        AppointmentFactory(
            reason=reason,
            patient=PatientFactory(birth_name=name, birth_first_names="Zoé"),
            start_at=nine + timedelta(minutes=minutes),
            status=state,
        )
        for reason, name, minutes, state in (
            (first, "Un", 0, Status.ARRIVED),
            (first, "Deux", 60, Status.BOOKED),
            (second, "Trois", 60, Status.BOOKED),
        )
    ]


def open_schedule(page: Page, base: object, user: User) -> None:
    let_in(page.context, base, user)
    page.goto(f"{base}{reverse('schedule')}")


@pytest.mark.parametrize("screen", [PHONE, DESK], indirect=True)
def test_list_and_calendar_have_no_barrier(
    screen: Page, live_server: object, secretary: User, visits: list[Appointment]
) -> None:
    open_schedule(screen, live_server, secretary)
    toggle = screen.locator("#schedule-toggle")
    expect(toggle).to_be_visible()
    no_barrier(screen)
    toggle.click()
    no_barrier(screen)
    for view in ("salles", "semaine", "mois"):
        screen.goto(f"{live_server}{reverse('schedule')}?vue={view}")
        screen.wait_for_load_state("networkidle")
        no_barrier(screen)
    screen.goto(f"{live_server}{reverse('day_sheet')}")
    no_barrier(screen)


@pytest.mark.parametrize("screen", [DESK], indirect=True)
def test_a_page_that_is_magnified_becomes_a_list_until_somebody_chooses(
    screen: Page, live_server: object, secretary: User, visits: list[Appointment]
) -> None:
    open_schedule(screen, live_server, secretary)
    calendar, listed = screen.locator(".schedule-calendar"), screen.locator(".schedule-list")
    expect(calendar).to_be_visible()
    screen.set_viewport_size({"width": 640, "height": 450})
    expect(listed).to_be_visible()
    expect(calendar).to_be_hidden()
    screen.set_viewport_size({"width": WIDTH, "height": 800})
    expect(calendar).to_be_visible()
    screen.locator("#schedule-toggle").click()
    screen.set_viewport_size({"width": 640, "height": 450})
    screen.set_viewport_size({"width": WIDTH, "height": 800})
    expect(listed).to_be_visible()


def test_the_keyboard_leads_through_the_day(
    screen: Page, live_server: object, secretary: User, visits: list[Appointment]
) -> None:
    open_schedule(screen, live_server, secretary)
    events = screen.locator("#schedule-calendar .ev-open")
    expect(events).to_have_count(3)
    expect(screen.locator(".ec-bg-event.is-open")).to_have_count(2)
    expect(screen.locator(".ec-bg-event.is-away")).to_have_count(1)
    expect(screen.locator(".ec-bg-event.is-buffer")).to_have_count(3)

    def on_screen(name: str) -> object:
        return expect(screen.locator(f".ev-open:has-text('Zoé {name}')"))

    screen.keyboard.press("ArrowDown")
    on_screen("Un").to_be_focused()  # type: ignore[attr-defined]
    screen.keyboard.press("ArrowDown")
    on_screen("Deux").to_be_focused()  # type: ignore[attr-defined]
    screen.keyboard.press("ArrowRight")
    on_screen("Trois").to_be_focused()  # type: ignore[attr-defined]
    screen.keyboard.press("Enter")
    dialog = screen.locator("#schedule-visit")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h2")).to_have_text("Zoé Trois")
    no_barrier(screen)
    screen.keyboard.press("Escape")
    screen.keyboard.press("?")
    expect(screen.locator("#schedule-help")).to_be_visible()
    no_barrier(screen)
    screen.keyboard.press("Escape")
    screen.keyboard.press("/")
    expect(screen.locator(".filters select").first).to_be_focused()
    screen.locator(".ev-open:has-text('Zoé Trois')").focus()
    screen.keyboard.press("n")
    screen.wait_for_url(f"**{reverse('staff_find')}?praticien={visits[2].practitioner.slug}")


def test_arrows_and_letters_change_the_day(screen: Page, live_server: object, secretary: User) -> None:
    open_schedule(screen, live_server, secretary)
    tomorrow = clock.today() + timedelta(days=1)
    screen.keyboard.press("ArrowRight")
    screen.wait_for_url(f"**jour={tomorrow.isoformat()}")
    screen.wait_for_load_state("networkidle")
    screen.keyboard.press("t")
    screen.wait_for_url(f"**jour={clock.today().isoformat()}")
    screen.wait_for_load_state("networkidle")
    screen.keyboard.press("n")
    screen.wait_for_url(f"**{reverse('staff_find')}**")


def test_the_list_is_the_page_without_script(
    browser: Browser, live_server: object, secretary: User, visits: list[Appointment]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    open_schedule(page, live_server, secretary)
    expect(page.locator(".visit-row strong")).to_have_text(["Zoé Un", "Zoé Deux", "Zoé Trois"])
    expect(page.locator(".mark-away")).to_contain_text("congés")
    page.locator("[name=praticien]").select_option(visits[2].practitioner.slug)
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator(".visit-row strong")).to_have_text(["Zoé Trois"])
    context.close()
