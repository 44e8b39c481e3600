"""The waiting list and an absence in a real browser, from asking to the last answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from appointments.actions.declare_absence import declare_absence
from appointments.actions.offer_freed import sweep_waiting_list
from appointments.models import Absence, Appointment, SlotOffer, Status, WaitingRequest
from core import clock
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import House, follow, no_barrier
from tests.e2e.entrance import enter, picture
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator(transactional_db: None) -> User:
    user = make_account("coordination@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.COORDINATOR)
    return user


def test_a_patient_asks_a_place_is_freed_and_she_accepts(
    screen: Page, live_server: object, house: House
) -> None:
    mine = AppointmentFactory(reason=house.reason, patient=house.patient, start_at=house.at(9, 40, days=1))
    taken = [
        AppointmentFactory(
            reason=house.reason, start_at=house.at(8, days=days) + timedelta(minutes=20 * number)
        )
        for days in (0, 1)
        for number in range(6 - days)
    ]
    enter(screen, live_server, house.mother)
    screen.goto(f"{live_server}{reverse('appointment', args=[mine.reference])}")
    follow(screen.get_by_role("link", name="Me prévenir si un rendez-vous se libère plus tôt"))
    no_barrier(screen)
    picture(screen, "ask-earlier")
    screen.get_by_role("button", name="Me mettre sur la liste").click()
    expect(screen.get_by_role("status").filter(has_text="C’est noté")).to_be_visible()
    no_barrier(screen)
    picture(screen, "my-waiting")
    Appointment.objects.filter(pk=taken[3].pk).delete()
    # The browser's clock is the machine's: at night the offer would wait for the morning, unseen.
    sweep_waiting_list()
    SlotOffer.objects.filter(sent_at__gt=clock.now()).update(sent_at=clock.now() - timedelta(minutes=1))
    screen.reload()
    follow(screen.get_by_role("link", name="Voir la date et répondre"))
    no_barrier(screen)
    picture(screen, "offer")
    follow(screen.get_by_test_id("accept"))
    expect(screen.get_by_test_id("appointment-reference")).to_have_text(mine.reference)
    no_barrier(screen)
    picture(screen, "offer-accepted")
    mine.refresh_from_db()
    assert (mine.start_at, mine.status) == (taken[3].start_at, Status.BOOKED)
    assert WaitingRequest.objects.get().state == "satisfied"


def test_a_coordinator_replaces_the_patients_of_an_absence(
    screen: Page, live_server: object, house: House, coordinator: User
) -> None:
    doctor = house.reason.practitioner
    for number in range(4):
        AppointmentFactory(
            reason=house.reason,
            start_at=house.at(8) + timedelta(minutes=20 * number),
            patient=PatientFactory(birth_name=f"Patient{number}", email=f"p{number}@example.org"),
        )
    OpeningFactory(
        practitioner=doctor, start_at=house.at(8, days=8), end_at=house.at(8, days=8) + timedelta(minutes=40)
    )
    absence = Absence(
        practitioner=doctor,
        start_at=clock.day_bounds(house.day)[0],
        end_at=clock.day_bounds(house.day + timedelta(days=4))[1],
    )
    declare_absence(absence, actor=coordinator)
    enter(screen, live_server, coordinator)
    screen.goto(f"{live_server}{reverse('disruptions')}")
    no_barrier(screen)
    picture(screen, "disruptions")
    follow(screen.get_by_role("link", name="Replacer ensemble"))
    no_barrier(screen)
    follow(screen.get_by_test_id("propose"))
    expect(screen.locator("tr[data-standing=planned]")).to_have_count(4)
    no_barrier(screen)
    picture(screen, "cascade-planned")
    follow(screen.locator("tr[data-standing=planned] a.btn-secondary").first)
    no_barrier(screen)
    picture(screen, "cascade-line")
    follow(screen.get_by_role("button", name="Appel du secrétariat"))
    follow(screen.get_by_test_id("send"))
    expect(screen.get_by_test_id("undo")).to_be_visible()
    no_barrier(screen)
    picture(screen, "cascade-sent")
    counts = [screen.locator(f"tr[data-standing={one}]").count() for one in ("offered", "waiting", "call")]
    assert counts == [1, 2, 1]
    follow(screen.get_by_test_id("undo"))
    expect(screen.locator("tr[data-standing=planned]")).to_have_count(4)
    screen.goto(f"{live_server}{reverse('waiting_list')}")
    no_barrier(screen)
