"""A note and its measures typed while the patient is in the room; read by the colleague; the curve; the care plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from coordination.models import Note, NoteReading
from core import clock
from patients.models import CareTeamMember
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.notes import NoteFactory, usual_measures
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK


@pytest.fixture
def story(transactional_db):
    """Anne, her doctor, her physiotherapist, and two older measures of her balance."""
    usual_measures()
    people = []
    for name in ("Vandamme", "Pollet"):
        user = make_account(f"{name.lower()}@example.org", PASSWORD)
        RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
        people.append(PractitionerFactory(user=user, last_name=name))
    doctor, physio = people
    patient = PatientFactory(birth_name="Deroo", birth_first_names="Anne", attending_doctor=doctor)
    CareTeamMember.objects.create(patient=patient, practitioner=physio, reason="referral")
    for days, value in ((40, 19), (20, 16)):
        then = clock.now() - timedelta(days=days)
        NoteFactory(patient=patient, author=doctor, written_at=then, version__measures={"tug": value})
    return patient, doctor, physio


def test_typed_read_and_drawn(screen, live_server, story):
    patient, doctor, physio = story
    enter(screen, live_server, physio.user)
    screen.goto(f"{live_server}{reverse('patient_notes', args=[patient.pk])}")
    no_barrier(screen)
    screen.get_by_label("Texte de la note").fill("Se relève seule.")
    screen.get_by_role("textbox", name="TUG").fill("12,4")
    with screen.expect_navigation():
        screen.keyboard.press("Control+Enter")
    written = Note.objects.get(author=physio)
    expect(screen.locator(f"#note-{written.pk}")).to_contain_text("pas encore par")
    no_barrier(screen)
    enter(screen, live_server, doctor.user)
    screen.goto(f"{live_server}{reverse('note_inbox')}")
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Anne Deroo"))
    no_barrier(screen)
    # Nothing is pressed: the words are on the screen, and that is what the receipt says.
    expect(screen.locator(".note-receipts")).to_contain_text("Lu par")
    assert NoteReading.objects.get().practitioner == doctor
    screen.goto(f"{live_server}{reverse('patient_measures', args=[patient.pk])}")
    expect(screen.locator("#chart-tug canvas")).to_be_visible()
    expect(screen.locator("#chart-tug tbody tr")).to_have_count(3)
    no_barrier(screen)
    screen.goto(f"{live_server}{reverse('edit_care_plan', args=[patient.pk])}")
    no_barrier(screen)
