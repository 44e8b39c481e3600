"""Two people at their screens: what one does, the other sees, on the page that he has open. And who may listen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts.models import Role, User
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.declare_absence import declare_absence
from appointments.models import Absence, Appointment, VisitReason
from core import clock
from core.web import sockets
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import no_barrier
from tests.e2e.server import AsgiServer
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tomorrow(transactional_db: None) -> Any:
    """Hours of tomorrow, so that no visit of these stories is ever past."""
    midnight = clock.day_bounds(clock.today() + timedelta(days=1))[0]
    return lambda hour, minute=0: midnight + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def reason(tomorrow: Any) -> VisitReason:
    reason = VisitReasonFactory(name="Consultation", practitioner__last_name="Aubert")
    OpeningFactory(practitioner=reason.practitioner, start_at=tomorrow(9), end_at=tomorrow(12))
    return reason


@pytest.fixture
def visit(reason: VisitReason, tomorrow: Any) -> Appointment:
    patient = PatientFactory(birth_name="Un", birth_first_names="Zoé")
    return AppointmentFactory(reason=reason, patient=patient, start_at=tomorrow(9))


@pytest.fixture
def secretary(transactional_db: None) -> User:
    user = make_account("accueil@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


@pytest.fixture
def page(browser: Browser, live_server: AsgiServer, secretary: User) -> Iterator[Page]:
    """The secretary's screen, signed in."""
    # High enough that no drag comes near the edge, where the calendar scrolls by itself.
    context = browser.new_context(
        viewport={"width": 1366, "height": 1400}, locale="fr-FR", timezone_id="Europe/Paris"
    )
    context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookie(secretary)]
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def cookie(user: User) -> list[tuple[str, str]]:
    client = Client()
    client.force_login(user)
    return [(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)]


def day_of(visit: Appointment) -> str:
    return f"{reverse('schedule')}?jour={clock.local(visit.start_at).date().isoformat()}"


def open_schedule(page: Page, live_server: AsgiServer, visit: Appointment, shown: int = 1) -> None:
    page.goto(f"{live_server}{day_of(visit)}")
    expect(page.locator(".ev-open")).to_have_count(shown)
    page.evaluate("window.still_here = true")


# --- On the screen ----------------------------------------------------------------------------------------------------


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
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookie(secretary)])
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


# --- Dragging ---------------------------------------------------------------------------------------------------------


def drag(page: Page, visit: str, minutes: int) -> None:
    """By the mouse, up or down: ten minutes are twenty pixels."""
    box = page.locator(f".ev-open:has-text('{visit}')").bounding_box()
    assert box
    x, y = box["x"] + 30, box["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10, steps=3)
    page.mouse.move(x, y + minutes * 2, steps=6)
    page.mouse.up()


def test_a_visit_is_dragged_and_taken_back(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    drag(page, "Zoé Un", 60)
    toast = page.locator("#schedule-toasts .toast-line")
    expect(toast).to_contain_text("Rendez-vous déplacé au")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("10\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(10)
    toast.get_by_role("button", name="Annuler").click()
    expect(toast).to_contain_text("Remis à 9\u00a0h. Le patient n’a rien reçu.")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("9\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)
    assert page.evaluate("window.still_here")


def test_a_colleague_s_visit_does_not_move(
    browser: Browser, live_server: AsgiServer, visit: Appointment, reason: VisitReason
) -> None:
    """What the server would refuse cannot be taken in hand."""
    nurse = UserFactory()
    RoleAssignmentFactory(user=nurse, role=Role.PRACTITIONER)
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="fr-FR")
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookie(nurse)])
    page = context.new_page()
    open_schedule(page, live_server, visit)
    expect(page.locator(".ec-draggable, .ec-resizer")).to_have_count(0)
    page.locator(".ev-open").click()
    expect(page.locator("[data-move]")).to_be_hidden()
    context.close()


def test_a_broken_rule_sends_it_back(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    place = "document.querySelector('.ec-event:has(.ev-open)').offsetTop"
    before = page.evaluate(place)
    drag(page, "Zoé Un", 240)
    alert = page.locator("#schedule-toasts [role=alert]")
    expect(alert).to_contain_text(f"Aucune plage d’ouverture de {visit.practitioner} ne couvre cette heure.")
    assert page.evaluate(place) == before
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)


def test_a_visit_is_made_longer_by_its_lower_edge(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    page.locator(".ev-open").hover()
    box = page.locator(".ec-event:has(.ev-open)").bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + box["height"] - 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=4)
    page.mouse.move(x, y + 40, steps=4)
    page.mouse.up()
    expect(page.locator("#schedule-toasts .toast-line")).to_contain_text("Rendez-vous déplacé")
    visit.refresh_from_db()
    assert (visit.start_at, visit.end_at) == (tomorrow(9), tomorrow(9, 40))


def test_without_a_mouse(page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any) -> None:
    """Enter opens the visit, « Déplacer… » is a form, Ctrl+Z is not needed: the way back is a button."""
    open_schedule(page, live_server, visit)
    page.locator(".ev-open").focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Déplacer…")
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    no_barrier(page)
    page.get_by_label("Heure").fill("11:00")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("11\u00a0h")
    no_barrier(page)
    with page.expect_navigation():
        page.locator("#schedule-toasts").get_by_role("button", name="Annuler").click()
    expect(page.locator(".ev-open .ev-hour")).to_have_text("9\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)


# --- On the line ------------------------------------------------------------------------------------------------------


def listen(
    live_server: AsgiServer, user: User | None, path: str = "/planning/direct/", origin: str = ""
) -> ClientConnection:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookie(user))} if user else {}
    return connect(
        live_server.url.replace("http", "ws") + path,
        origin=origin or live_server.url,  # type: ignore[arg-type]
        additional_headers=headers,
        open_timeout=10,
    )


def refused(*args: Any, **kwargs: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        listen(*args, **kwargs)
    return caught.value.response.status_code


def test_only_the_team_may_listen(live_server: AsgiServer, secretary: User, settings: Any) -> None:
    assert refused(live_server, None) == 403
    assert refused(live_server, UserFactory()) == 403
    assert refused(live_server, secretary, origin="https://ailleurs.example") == 403
    assert refused(live_server, secretary, origin="http://localhost:1") == 403
    assert refused(live_server, secretary, path="/planning/ailleurs/") == 403
    settings.DEMO = False
    assert refused(live_server, secretary) == 403  # without a second factor
    settings.DEMO = True
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}


def test_a_frame_says_whose_day_and_nothing_else(
    live_server: AsgiServer, secretary: User, visit: Appointment, tomorrow: Any
) -> None:
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}
        line.send("ce que personne n’attend")
        cancel(visit, actor=secretary, by_staff=True)
        day = clock.local(visit.start_at).date().isoformat()
        assert json.loads(line.recv(5)) == {"kind": "changed", "changes": [[visit.practitioner_id, day, day]]}


def test_a_session_that_ends_ends_the_line(
    live_server: AsgiServer, secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CHECK_EVERY", 0.1)
    with listen(live_server, secretary) as line:
        assert [json.loads(line.recv(5))["kind"] for _ in range(2)] == ["ready", "alive"]
        Session.objects.all().delete()
        with pytest.raises(ConnectionClosed, match=str(sockets.SESSION_OVER)):
            list(line)


def test_a_silent_line_stays_open(live_server: AsgiServer, secretary: User, visit: Appointment) -> None:
    """Longer than the five seconds after which a channel layer on Redis drops it unless told otherwise."""
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}
        is_silent = False
        while not is_silent:  # what was written while the page opened may still be told
            try:
                line.recv(6)
            except TimeoutError:
                is_silent = True
        cancel(visit, actor=secretary, by_staff=True)
        assert json.loads(line.recv(5))["kind"] == "changed"
