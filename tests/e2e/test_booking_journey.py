"""The main job, in a real browser: found, held, booked, moved, cancelled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from appointments.models import Appointment, Status
from core import clock
from tests.e2e.conftest import DESK, PASSWORD, PHONE, House, follow, last_code, no_barrier

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page) -> None:
    page.get_by_label("Adresse e-mail").fill("mere@example.org")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("screen", [PHONE, DESK], indirect=True)
def test_a_mother_books_for_her_child_then_moves_and_cancels(
    screen: Page, live_server: object, house: House
) -> None:
    page = screen
    page.goto(f"{live_server}/")
    no_barrier(page)
    follow(page.get_by_role("button", name="Voir les créneaux libres"))
    no_barrier(page)
    page.locator(house.slot(9)).last.click()

    expect(page.get_by_role("heading", name="Votre créneau est retenu")).to_be_visible()
    no_barrier(page)
    page.get_by_role("link", name="Me connecter").click()
    sign_in(page)
    expect(page.get_by_role("heading", name="Pour qui est ce rendez-vous")).to_be_visible()
    no_barrier(page)
    page.get_by_label("Lou Lefebvre").check()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()

    reference = page.get_by_test_id("appointment-reference")
    expect(reference).to_be_visible()
    no_barrier(page)
    expect(page.get_by_text("Carte Vitale")).to_be_visible()
    booked = Appointment.objects.get(status=Status.BOOKED)
    assert (booked.patient, booked.start_at, reference.inner_text()) == (
        house.child,
        house.at(9),
        booked.reference,
    )

    follow(page.get_by_role("link", name="Déplacer"))
    no_barrier(page)
    follow(page.locator(house.slot(8, 40, days=1)))
    no_barrier(page)
    page.get_by_role("button", name="Déplacer le rendez-vous").click()
    expect(page.get_by_test_id("appointment-reference")).to_have_text(booked.reference)
    booked.refresh_from_db()
    assert (booked.start_at, booked.sequence) == (house.at(8, 40, days=1), 1)

    follow(page.get_by_role("link", name="Annuler"))
    no_barrier(page)
    page.get_by_role("button", name="Oui, annuler").click()
    expect(page.get_by_role("main")).to_contain_text("annulé")
    no_barrier(page)
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED


def test_a_stranger_signs_up_by_code_without_losing_the_slot(
    screen: Page, live_server: object, house: House
) -> None:
    page = screen
    page.goto(f"{live_server}/rendez-vous/")
    page.locator(house.slot(8, 20)).last.click()
    page.get_by_role("link", name="Créer mon compte").click()
    page.get_by_label("Adresse e-mail").fill("nouvelle@example.org")
    follow(page.get_by_role("main").get_by_role("button", name="Créer mon compte"))
    no_barrier(page)
    page.get_by_label("Code").fill(last_code())
    follow(page.get_by_role("main").get_by_role("button").first)

    expect(page.get_by_role("heading", name="Pour qui est ce rendez-vous")).to_be_visible()
    page.get_by_label("Pour moi").check()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.get_by_role("alert").first).to_contain_text("Il reste quelque chose à corriger")
    no_barrier(page)
    me = page.locator(".whom-moi")
    me.get_by_label("Prénoms de naissance").fill("Zoé")
    me.get_by_label("Nom de naissance").fill("Hermant")
    me.get_by_label("Date de naissance").fill("14/03/1990")
    me.get_by_label("féminin").check()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.get_by_test_id("appointment-reference")).to_be_visible()
    booked = Appointment.objects.get(status=Status.BOOKED)
    assert booked.patient is not None
    assert (booked.patient.display_name, booked.start_at) == ("Zoé Hermant", house.at(8, 20))


def test_search_book_and_cancel_without_script(browser: Browser, live_server: object, house: House) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 850}, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{live_server}/")
    page.get_by_role("button", name="Voir les créneaux libres").click()
    page.locator(house.slot(9)).last.click()
    page.get_by_role("link", name="Me connecter").click()
    sign_in(page)
    page.get_by_label("Jeanne Lefebvre").check()
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.get_by_test_id("appointment-reference")).to_be_visible()
    page.get_by_role("link", name="Annuler").click()
    page.get_by_role("button", name="Oui, annuler").click()
    assert Appointment.objects.get(patient=house.patient).status == Status.CANCELLED
    context.close()


def reach(wanted: Locator) -> None:
    """With the tabulator alone, as somebody without a mouse does."""
    for _each in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        wanted.page.keyboard.press("Tab")
    raise AssertionError(f"The tabulator never reaches {wanted}")


def press(wanted: Locator) -> None:
    """Reached and pressed, and the next page is there."""
    reach(wanted)
    with wanted.page.expect_navigation():
        wanted.page.keyboard.press("Enter")


def test_the_keyboard_alone_signs_in_books_moves_and_cancels(
    page: Page, live_server: object, house: House
) -> None:
    page.goto(f"{live_server}/compte/login/")
    main = page.get_by_role("main")
    press(main.get_by_role("link", name="Recevoir un code par e-mail"))
    reach(page.get_by_label("Adresse e-mail"))
    page.keyboard.type("mere@example.org")
    press(main.get_by_role("button", name="Envoyer le code"))
    reach(page.get_by_label("Code"))
    page.keyboard.type(last_code())
    press(main.get_by_role("button", name="Valider le code"))

    page.goto(f"{live_server}/rendez-vous/")
    press(page.locator(house.slot(9)).last)
    expect(page.get_by_role("heading", name="Pour qui est ce rendez-vous")).to_be_visible()
    people = page.locator("input[type=radio]:focus")
    for _each in range(80):
        if people.count():
            break
        page.keyboard.press("Tab")
    for _each in range(4):  # the arrows go from one person to the next
        if page.get_by_label("Lou Lefebvre").is_checked():
            break
        page.keyboard.press("ArrowDown")
    press(page.get_by_role("button", name="Confirmer le rendez-vous"))
    expect(page.get_by_test_id("appointment-reference")).to_be_visible()
    booked = Appointment.objects.get(status=Status.BOOKED)
    assert (booked.patient, booked.start_at) == (house.child, house.at(9))

    press(main.get_by_role("link", name="Déplacer"))
    press(page.locator(house.slot(8, 40, days=1)))
    press(page.get_by_role("button", name="Déplacer le rendez-vous"))
    booked.refresh_from_db()
    assert (booked.start_at, booked.status) == (house.at(8, 40, days=1), Status.BOOKED)

    press(main.get_by_role("link", name="Annuler"))
    press(page.get_by_role("button", name="Oui, annuler"))
    expect(page.get_by_role("status").filter(has_text="est annulé")).to_be_visible()
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED


def test_leaving_the_page_gives_the_slot_back_and_a_reload_keeps_it(
    page: Page, live_server: object, house: House
) -> None:
    page.goto(f"{live_server}/rendez-vous/")
    page.locator(house.slot(9)).last.click()
    page.wait_for_url("**/en-cours/**")
    held = Appointment.objects.get()
    with page.expect_response("**/garder/"), page.expect_response("**/garder/", timeout=15_000):
        page.reload()
        page.wait_for_timeout(5_000)
    held.refresh_from_db()
    assert held.held_at is not None
    assert held.held_until is not None
    assert (held.held_until - held.held_at).total_seconds() == 600
    page.goto(f"{live_server}/accessibilite/")
    page.wait_for_load_state("networkidle")
    held.refresh_from_db()
    assert (held.held_until - clock.now()).total_seconds() <= 20


def test_two_tabs_and_the_back_button_book_once(page: Page, live_server: object, house: House) -> None:
    page.goto(f"{live_server}/compte/login/")
    sign_in(page)
    page.goto(f"{live_server}/rendez-vous/")
    page.locator(house.slot(9)).last.click()
    page.wait_for_url("**/en-cours/**")
    second = page.context.new_page()
    second.goto(page.url)
    for tab in (page, second):
        tab.get_by_label("Jeanne Lefebvre").check()
        tab.get_by_role("button", name="Confirmer le rendez-vous").click()
        expect(tab.get_by_test_id("appointment-reference")).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
