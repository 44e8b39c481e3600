"""A patient comes by her link, waits, and is admitted: her page goes to the call by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from appointments.models import PlaceKind
from core import clock
from teleconsult.entering import sign
from teleconsult.models import Participant
from tests.e2e.conftest import House, follow, no_barrier
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.teleconsult_visit import a_video_visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_link_to_the_door_of_the_call(screen: Page, live_server: object, house: House) -> None:
    house.reason.place_kind = PlaceKind.VIDEO
    house.reason.save()
    doctor = house.reason.practitioner
    doctor.user = RoleAssignmentFactory(user=UserFactory(), role=Role.PRACTITIONER).user
    doctor.save()
    soon = clock.now() + timedelta(minutes=5)
    visit = a_video_visit(reason=house.reason, patient=house.patient, start_at=soon)
    patient = Participant.objects.get(visit=visit, role="patient")

    screen.goto(f"{live_server}{reverse('enter_video', args=[sign(patient)])}")
    no_barrier(screen)
    screen.get_by_label("Votre date de naissance").fill(f"{house.patient.birth_date:%d/%m/%Y}")
    follow(screen.get_by_test_id("enter"))
    no_barrier(screen)
    screen.get_by_label("J’ai lu et je suis d’accord").check()
    follow(screen.get_by_test_id("knock"))
    expect(screen.get_by_test_id("expected")).to_be_visible()
    no_barrier(screen)

    # On his own screen, elsewhere.
    receives = Client()
    receives.force_login(doctor.user)
    page = receives.get(reverse("teleconsult")).content.decode()
    assert house.patient.display_name in page
    receives.post(reverse("admit_to_video", args=[visit.key, patient.key]))
    screen.wait_for_url(f"**{visit.get_absolute_url()}", wait_until="commit")
