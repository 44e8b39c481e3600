"""The desk in a real browser: records joined and taken apart, a time before a person, a room closed; the 15."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from appointments.models import Appointment, Audience, Opening, SafetyQuestion, Status
from appointments.models.unscheduled import Decision, PoolDecision
from core import clock
from patients.actions.find_duplicates import find_duplicates
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.entrance import enter, picture
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK


@pytest.fixture
def opening(transactional_db: None) -> Opening:
    """Somebody receives in eight days."""
    reason = VisitReasonFactory(name="Consultation", horizon_days=60)
    start = clock.day_bounds(clock.today() + timedelta(days=8))[0] + timedelta(hours=9)
    return OpeningFactory(practitioner=reason.practitioner, start_at=start, end_at=start + timedelta(hours=2))


def test_two_records_are_joined_and_taken_apart(
    screen: Page, live_server: object, secretary: User, opening: Opening
) -> None:
    kept = PatientFactory(birth_name="Lefèvre", birth_first_names="Zoé")
    absorbed = PatientFactory(birth_name="LEFEVRE", birth_first_names="Zoé", city="Estaires")
    reason = opening.practitioner.reasons.get()
    visit = AppointmentFactory(reason=reason, patient=absorbed, start_at=opening.start_at)
    find_duplicates()
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('duplicates')}")
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Comparer"))
    expect(screen.get_by_role("heading", name="Est-ce la même personne")).to_be_visible()
    no_barrier(screen)
    picture(screen, "compare")
    screen.get_by_test_id("merge").get_by_role("button").click()
    screen.wait_for_url(f"**{reverse('patient_record', args=[kept.pk])}")
    expect(screen.get_by_text("Estaires")).to_be_visible()
    screen.goto(f"{live_server}{reverse('patient_record', args=[absorbed.pk])}")
    screen.wait_for_url(f"**{reverse('patient_record', args=[kept.pk])}")
    visit.refresh_from_db()
    assert visit.patient == kept
    follow(screen.get_by_role("link", name="Séparer"))
    screen.get_by_role("button", name="Séparer les fiches").click()
    screen.wait_for_url(f"**{reverse('patient_record', args=[kept.pk])}")
    visit.refresh_from_db()
    assert visit.patient == absorbed


def test_a_time_then_the_person(screen: Page, live_server: object, secretary: User, opening: Opening) -> None:
    patient = PatientFactory(birth_name="Deroo")
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('staff_find')}?du=dans+une+semaine")
    no_barrier(screen)
    follow(screen.locator("a.slot").first)
    expect(screen.get_by_role("heading", name="Pour qui")).to_be_visible()
    screen.fill("input[name=born]", f"{patient.birth_date:%d/%m/%Y}")
    screen.fill("input[name=letters]", "der")
    follow(screen.get_by_role("button", name="Chercher"))
    screen.get_by_role("button", name="Prendre pour cette personne").click()
    screen.wait_for_url("**/rendez-vous/*-*/")
    assert Appointment.objects.get().patient == patient


def test_a_room_is_closed(screen: Page, live_server: object, secretary: User, opening: Opening) -> None:
    room = RoomFactory(place=opening.place, name="Salle bleue")
    enter(screen, live_server, secretary)
    screen.goto(f"{live_server}{reverse('resources')}")
    no_barrier(screen)
    screen.goto(f"{live_server}{reverse('add_resource_closure')}?quoi=room-{room.pk}")
    day = clock.today() + timedelta(days=3)
    screen.fill("input[name=first_day]", f"{day:%Y-%m-%d}")
    screen.fill("input[name=last_day]", f"{day:%Y-%m-%d}")
    screen.fill("input[name=label]", "Peinture")
    follow(screen.get_by_role("button", name="Vérifier"))
    screen.get_by_test_id("save").click()
    screen.wait_for_url(f"**{reverse('resources')}")
    expect(screen.get_by_text("Salle bleue · Peinture")).to_be_visible()


def test_somebody_needs_to_be_seen_today(screen: Page, live_server: object, opening: Opening) -> None:
    SafetyQuestion.objects.all().delete()
    SafetyQuestion.objects.create(
        text="Avez-vous mal dans la poitrine ?", validated_by="Dr Vandamme", validated_on=clock.today()
    )
    # Of today, and still to come, up to the last minute before midnight.
    midnight = clock.day_bounds(clock.today())[1]
    start = min(clock.now() + timedelta(minutes=30), midnight - timedelta(minutes=1))
    Opening.objects.update(
        audience=Audience.UNSCHEDULED, start_at=start, end_at=start + timedelta(minutes=40)
    )
    PoolDecision.objects.create(opening=opening, decision=Decision.RELEASED)
    screen.goto(f"{live_server}/")
    follow(screen.get_by_role("link", name="Voir aujourd’hui"))
    expect(screen.get_by_test_id("safety")).to_be_visible()
    no_barrier(screen)
    screen.get_by_label("Oui").check()
    follow(screen.get_by_role("button", name="Voir les créneaux"))
    expect(screen.get_by_role("heading", name="Appelez le 15 maintenant")).to_be_visible()
    expect(screen.get_by_role("link", name="Appeler le 15")).to_have_attribute("href", "tel:15")
    no_barrier(screen)
    picture(screen, "call-15")
    follow(screen.get_by_role("link", name="revenir aux questions"))
    screen.get_by_label("Non").check()
    follow(screen.get_by_role("button", name="Voir les créneaux"))
    expect(screen.get_by_role("heading", name="Les créneaux d’aujourd’hui")).to_be_visible()
    no_barrier(screen)
    screen.locator("button.slot").first.click()
    screen.wait_for_url("**/rendez-vous/en-cours/**")
    assert Appointment.objects.get().status == Status.HELD
