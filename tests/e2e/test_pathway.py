"""« Troubles de l’équilibre » in a real browser: written, started, its dates moved, read by the patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from appointments.models import Appointment
from coordination.models import CarePathway, PathwayVersion, VersionState
from tests.accounts.conftest import make_account
from tests.e2e.conftest import PASSWORD, House, follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(house: House) -> dict[str, User]:
    """A coordinator, and the doctor of the house who attends the mother."""
    found = {}
    for role in (Role.COORDINATOR, Role.PRACTITIONER):
        found[role] = make_account(f"{role}@example.org", PASSWORD)
        RoleAssignmentFactory(user=found[role], role=role)
    doctor = house.reason.practitioner
    doctor.user = found[Role.PRACTITIONER]
    doctor.save(update_fields=["user"])
    house.patient.attending_doctor = doctor
    house.patient.save(update_fields=["attending_doctor"])
    return found


def fill_step(page: Page, index: int, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f"[name=etape-{index}-{name}]")
        if not field.is_visible():
            page.locator(".step-form").nth(index).locator("summary").click()
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def write_the_template(page: Page, kind: str) -> PathwayVersion:
    page.fill("[name=name]", "Troubles de l’équilibre")
    page.fill("[name=neutral_name]", "Parcours A")
    page.fill("[name=purpose]", "Marcher sans peur de tomber.")
    follow(page.get_by_role("button", name="Continuer vers les étapes"))
    add: Callable[[], None] = page.get_by_role("button", name="Ajouter une étape").click
    add()
    expect(page.locator("[name=etape-0-title]")).to_be_focused()
    fill_step(page, 0, title="Voir le médecin", kind="appointment", category=kind, delay_max="21")
    add()
    expect(page.locator("[name=etape-1-title]")).to_be_focused()
    fill_step(
        page, 1, title="Revoir le médecin", kind="review", category=kind, delay_ideal="30", delay_max="20"
    )
    add()
    expect(page.locator("[name=etape-2-title]")).to_be_focused()
    fill_step(page, 2, title="Dix séances", kind="series", category=kind, sessions="10", after="1")
    page.get_by_role("button", name="Monter l’étape 3").click()
    expect(page.locator("[name=etape-1-title]")).to_have_value("Dix séances")
    no_barrier(page)
    follow(page.get_by_test_id("save-pathway"))
    expect(page.get_by_role("alert")).to_contain_text("plus court que le délai idéal")
    fill_step(page, 2, after="2", delay_ideal="7")
    follow(page.get_by_test_id("save-pathway"))
    expect(page.locator(".pathway-steps > li")).to_have_count(3)
    no_barrier(page)
    follow(page.get_by_test_id("publish"))
    version = PathwayVersion.objects.get()
    assert version.state == VersionState.ACTIVE
    assert list(version.steps.values_list("title", "after")) == [
        ("Voir le médecin", None),
        ("Dix séances", 1),
        ("Revoir le médecin", 2),
    ]
    return version


def start_it_and_move_its_visit(page: Page) -> None:
    page.get_by_label("est d’accord pour commencer").check()
    follow(page.get_by_test_id("start-pathway").locator("button[type=submit]"))
    no_barrier(page)
    follow(page.get_by_role("link", name="Choisir un créneau"))
    follow(page.locator("button.slot").first)
    visit = Appointment.objects.get()
    assert CarePathway.objects.get().steps.order_by("pk")[0].appointment == visit
    later = timedelta(days=9)
    Appointment.objects.filter(pk=visit.pk).update(
        start_at=visit.start_at + later,
        end_at=visit.end_at + later,
        blocked_until=visit.blocked_until + later,
    )
    page.reload()
    expect(page.get_by_test_id("moved-dates")).to_contain_text("Étape 2")
    no_barrier(page)


def read_it(page: Page) -> None:
    follow(page.get_by_role("link", name="Troubles de l’équilibre"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Troubles de l’équilibre")
    no_barrier(page)


def test_written_started_moved_and_read(
    page: Page, live_server: object, house: House, staff: dict[str, User]
) -> None:
    enter(page, live_server, staff[Role.COORDINATOR])
    page.goto(f"{live_server}{reverse('add_pathway_template')}")
    version = write_the_template(page, str(house.reason.category_id))

    enter(page, live_server, staff[Role.PRACTITIONER])
    page.goto(f"{live_server}{reverse('start_care_pathway', args=[house.patient.pk, version.pk])}")
    start_it_and_move_its_visit(page)

    enter(page, live_server, house.mother)
    page.goto(f"{live_server}{reverse('my_pathways')}")
    read_it(page)
