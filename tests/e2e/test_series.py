"""A series in a real browser: proposed, a conflict replaced, booked, shifted, ended; and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from appointments.models import Appointment, AppointmentSeries, VisitReason
from core import clock
from patients.models import Patient
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.appointments import AbsenceFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK


@pytest.fixture
def physio(transactional_db: None) -> VisitReason:
    """Six Mondays and Thursdays; the second Monday is a leave."""
    reason = VisitReasonFactory(name="Séance", duration_minutes=30, grid_minutes=30)
    for week in range(6):
        for weekday in (0, 3):
            start = monday(week) + timedelta(days=weekday, hours=9)
            OpeningFactory(
                practitioner=reason.practitioner, start_at=start, end_at=start + timedelta(hours=3)
            )
    AbsenceFactory(practitioner=reason.practitioner, start_at=monday(1), end_at=monday(1) + timedelta(days=1))
    return reason


@pytest.fixture
def caller(transactional_db: None) -> Patient:
    return PatientFactory(birth_name="Deroo", birth_first_names="Anne")


def monday(week: int):
    days = 7 - clock.today().weekday() + 7 * week
    return clock.day_bounds(clock.today() + timedelta(days=days))[0]


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def ask(page: Page, reason: VisitReason) -> None:
    page.select_option("select[name=motif]", str(reason.pk))
    for day in ("lundi", "jeudi"):
        page.get_by_label(day, exact=True).check()
    page.fill("input[name=prescrites]", "6")
    page.fill("input[name=nombre]", "4")
    page.fill("input[name=du]", f"{clock.local(monday(0)):%Y-%m-%d}")
    follow(page.get_by_test_id("propose"))


def test_from_the_record_to_the_end(screen, live_server, secretary, physio, caller):
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('patient_record', args=[caller.pk])}")
    screen.get_by_text("Autres actions").click()
    follow(screen.get_by_role("link", name="Prendre une série"))
    no_barrier(screen)
    ask(screen, physio)
    no_barrier(screen)
    conflict = screen.locator(".series-line.is-conflict")
    expect(conflict).to_contain_text("Absence de")
    conflict.get_by_role("button", name="à la suite").click()
    expect(conflict).to_have_count(0)
    no_barrier(screen)
    first = screen.locator(".series-line").first
    first.get_by_text("Changer").click()
    first.locator(".series-slot").first.click()
    expect(first).to_contain_text("autre heure")
    follow(screen.get_by_test_id("book-series"))
    expect(screen.get_by_test_id("series-progress")).to_contain_text("4 à venir · 2 à prendre")
    no_barrier(screen)
    assert AppointmentSeries.objects.get().sessions.count() == 4
    follow(screen.get_by_role("link", name="Déplacer").nth(1))
    screen.get_by_label("Décaler aussi").check()
    no_barrier(screen)
    follow(screen.locator("button.slot").first)
    no_barrier(screen)
    follow(screen.get_by_test_id("book-series"))
    expect(screen.get_by_role("status").filter(has_text="déplacée")).to_be_visible()
    follow(screen.get_by_role("link", name="Arrêter la série"))
    no_barrier(screen)
    follow(screen.get_by_test_id("cancel-series"))
    expect(screen.get_by_role("status").filter(has_text="arrêtée")).to_be_visible()
    no_barrier(screen)
    assert Appointment.objects.coming().count() == 0


def test_without_javascript(plain, live_server, secretary, physio, caller):
    enter(plain, live_server, secretary)
    plain.goto(f"{live_server}{reverse('start_series', args=[caller.pk])}")
    ask(plain, physio)
    conflict = plain.locator(".series-line.is-conflict")
    follow(conflict.get_by_role("button", name="à la suite"))
    expect(conflict).to_have_count(0)
    line = plain.locator(".series-line").nth(2)
    line.get_by_text("Changer").click()
    follow(line.get_by_role("button", name="Laisser cette séance"))
    expect(line).to_contain_text("laissée de côté")
    follow(plain.get_by_test_id("book-series"))
    expect(plain.get_by_test_id("series-progress")).to_contain_text("3 à venir")
    assert AppointmentSeries.objects.get().sessions.count() == 3


def test_two_professionals_at_once(screen, live_server, secretary, physio, caller):
    other = VisitReasonFactory(name="Consultation", duration_minutes=20, grid_minutes=30)
    start = monday(0) + timedelta(hours=9)
    OpeningFactory(practitioner=other.practitioner, start_at=start, end_at=start + timedelta(hours=2))
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('patient_record', args=[caller.pk])}")
    screen.get_by_text("Autres actions").click()
    follow(screen.get_by_role("link", name="À deux"))
    no_barrier(screen)
    screen.select_option("select[name=un]", f"r{physio.pk}")
    screen.select_option("select[name=autre]", f"r{other.pk}")
    follow(screen.get_by_test_id("search-joint"))
    no_barrier(screen)
    follow(screen.locator("button.slot").first)
    expect(screen.get_by_test_id("confirmation")).to_contain_text(" et ")
    no_barrier(screen)
    assert Appointment.objects.counted_once().count() == 1
    assert Appointment.objects.count() == 2
