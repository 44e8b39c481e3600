"""At the door with a telephone, and running late at the desk: in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from appointments.models import Appointment, Delay, Status
from core import clock
from tests.e2e.conftest import follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(transactional_db: None) -> Appointment:
    """Somebody is expected in a few minutes, whatever the hour of the test."""
    cache.clear()
    last = clock.day_bounds(clock.today())[1] - timedelta(minutes=1)
    patient = PatientFactory(birth_name="Lefèvre-Dupont", birth_first_names="Zoé", email="zoe@example.org")
    visit = AppointmentFactory(
        reason=VisitReasonFactory(name="Consultation"),
        patient=patient,
        start_at=min(clock.now().replace(second=0, microsecond=0) + timedelta(minutes=10), last),
    )
    visit.room = RoomFactory(place=visit.place, name="Cabinet 3", floor_note="1er étage")
    visit.save()
    return visit


def test_arrived_by_the_square_at_the_door(screen: Page, live_server: object, visit: Appointment) -> None:
    screen.goto(f"{live_server}{reverse('door', args=[visit.place_id])}")
    no_barrier(screen)
    screen.fill("input[name=birth_date]", "1999-01-01")
    screen.fill("input[name=letters]", "lef")
    follow(screen.get_by_test_id("arrived"))
    expect(screen.get_by_role("alert")).to_contain_text("adressez-vous à l’accueil")
    expect(screen.locator("input[name=letters]")).to_have_value("lef")
    no_barrier(screen)
    screen.fill("input[name=birth_date]", "1980-03-14")
    follow(screen.get_by_test_id("arrived"))
    expect(screen.get_by_test_id("expected")).to_contain_text("Cabinet 3, 1er étage")
    no_barrier(screen)
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED


def test_the_poster(screen: Page, live_server: object, secretary: User, visit: Appointment) -> None:
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('my_day')}")
    follow(screen.get_by_role("link", name="Affiche d’arrivée"))
    expect(screen.locator(".poster svg")).to_be_visible()
    no_barrier(screen)


def test_a_delay_is_seen_before_it_is_said(
    screen: Page, live_server: object, secretary: User, visit: Appointment
) -> None:
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('my_day')}")
    follow(screen.get_by_role("link", name="Annoncer un retard"))
    screen.select_option("select[name=minutes]", "45")
    follow(screen.get_by_test_id("preview"))
    expect(screen.locator("table")).to_contain_text("Zoé Lefèvre-Dupont")
    expect(screen.locator("table")).to_contain_text("e-mail")
    no_barrier(screen)
    assert Delay.objects.count() == 0
    follow(screen.get_by_role("button", name="Prévenir ces patients"))
    expect(screen.get_by_test_id("delay")).to_contain_text("45")
    no_barrier(screen)
    follow(screen.get_by_test_id("lift"))
    expect(screen.get_by_test_id("delay")).to_have_count(0)
    assert Delay.objects.get().lifted_at is not None


def test_the_queue_of_those_without_appointment(
    screen: Page, live_server: object, secretary: User, visit: Appointment
) -> None:
    karim = PatientFactory(birth_name="Haddad", birth_first_names="Karim", birth_date="1990-05-05")
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('my_day')}")
    follow(screen.get_by_test_id("walk-ins").get_by_role("link", name="Ajouter, appeler"))
    no_barrier(screen)
    screen.fill("input[name=venue-first_name]", "Karim")
    follow(screen.get_by_test_id("join").get_by_role("button", name="Ajouter"))
    expect(screen.get_by_test_id("queue")).to_contain_text("Karim")
    no_barrier(screen)
    follow(screen.get_by_test_id("call-next"))
    screen.fill("input[name=naissance]", "1990-05-05")
    follow(screen.get_by_test_id("search-form").get_by_role("button"))
    no_barrier(screen)
    follow(screen.get_by_test_id("recognise").first)
    no_barrier(screen)
    follow(screen.get_by_test_id("seat-form").get_by_role("button"))
    seen = Appointment.objects.exclude(pk=visit.pk).get()
    assert (seen.status, seen.patient) == (Status.ARRIVED, karim)
