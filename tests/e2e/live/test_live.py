"""Two people at their screens: what one does, the other sees, on the page that he has open."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.declare_absence import declare_absence
from appointments.models import Absence, Appointment
from core import clock
from core.web import sockets
from tests.e2e.entrance import let_in
from tests.e2e.live.conftest import open_schedule
from tests.e2e.server import AsgiServer
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_one_does_the_other_sees(
    page: Page, live_server: AsgiServer, visit: Appointment, secretary: User, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    page.locator(".ev-open").focus()
    other = PatientFactory(birth_name="Deux", birth_first_names="Zoé")
    booked = book_at_desk(visit.reason, tomorrow(10), other, actor=secretary, place=visit.place)
    expect(page.locator(".ev-open")).to_have_count(2)
    expect(page.locator(".ev-open:has-text('Zoé Deux')")).to_be_visible()
    expect(page.locator(".ev-open:has-text('Zoé Un')")).to_be_focused()
    Appointment.objects.filter(pk=visit.pk).update(
        start_at=tomorrow(11), end_at=tomorrow(11, 20), blocked_until=tomorrow(11, 20)
    )
    expect(page.locator(".ev-open:has-text('Zoé Un') .ev-hour")).to_have_text("11\u00a0h")
    expect(page.locator(".ev-open:has-text('Zoé Un')")).to_be_focused()
    cancel(booked, actor=secretary, by_staff=True)
    expect(page.locator(".ev-open")).to_have_count(1)
    away = Absence(practitioner=visit.practitioner, start_at=tomorrow(14), end_at=tomorrow(16))
    declare_absence(away, actor=secretary)
    expect(page.locator(".ec-bg-event.is-away")).to_have_count(1)
    assert page.evaluate("window.still_here")


def test_two_screens_watch_each_other(
    browser: Browser, page: Page, live_server: AsgiServer, visit: Appointment, secretary: User
) -> None:
    """What is done on one screen shows on another person's."""
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="fr-FR")
    let_in(context, live_server, secretary)
    other = context.new_page()
    open_schedule(page, live_server, visit)
    other.goto(f"{live_server}{reverse('cancel_for_patient', args=[visit.patient_id, visit.reference])}")
    other.locator("main form button[type=submit]").first.click()
    expect(page.locator(".ev-open")).to_have_count(0)
    assert page.evaluate("window.still_here")
    context.close()


def test_the_list_of_the_day_follows(
    page: Page, live_server: AsgiServer, visit: Appointment, secretary: User, tomorrow: Any
) -> None:
    day = clock.local(visit.start_at).date().isoformat()
    page.goto(f"{live_server}{reverse('my_day')}?jour={day}&qui=tous")
    expect(page.locator("#day tbody tr")).to_have_count(1)
    page.evaluate("window.still_here = true")
    page.locator("#day summary, #day button").first.focus()
    patient = PatientFactory(birth_name="Deux")
    book_at_desk(visit.reason, tomorrow(10), patient, actor=secretary, place=visit.place)
    expect(page.locator("#day tbody tr")).to_have_count(2)
    assert page.evaluate("window.still_here")


def test_a_lost_connection_says_so_and_catches_up(
    page: Page, live_server: AsgiServer, visit: Appointment, secretary: User, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    notice = page.locator("[data-live-says]")
    expect(notice).to_be_empty()
    live_server.stop()
    expect(notice).to_have_text("Connexion perdue\u00a0: le planning peut avoir changé.")
    patient = PatientFactory(birth_name="Deux", birth_first_names="Zoé")
    book_at_desk(visit.reason, tomorrow(10), patient, actor=secretary, place=visit.place)
    expect(page.locator(".ev-open")).to_have_count(1)
    live_server.start()
    expect(page.locator(".ev-open")).to_have_count(2)
    expect(notice).to_have_text("Connexion rétablie\u00a0: le planning est à jour.")
    assert page.evaluate("window.still_here")


def test_the_end_of_the_session_is_said(
    page: Page,
    live_server: AsgiServer,
    visit: Appointment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "CHECK_EVERY", 0.1)
    open_schedule(page, live_server, visit)
    Session.objects.all().delete()
    expect(page.locator("[data-live-says]")).to_have_text(
        "Votre session est terminée\u00a0: rechargez la page pour vous reconnecter."
    )
