"""The house is shut."""

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.models import Closure, Disruption
from tests.cast import sign_in
from tests.factories.accounts import with_role

pytestmark = pytest.mark.django_db

TYPED = {"first_day": "2026-11-23", "last_day": "2026-11-23", "place": "", "label": "Formation"}


@pytest.fixture
def secretary(doctor):
    return sign_in(with_role(Role.SECRETARY))


def test_checked_closed_and_open_again(secretary, booked, owner):
    url = reverse("add_closure")
    checked = secretary.post(url, {**TYPED, "step": "check"})
    assert owner.patient.display_name in checked.text
    assert Closure.objects.count() == 0
    secretary.post(url, {**TYPED, "step": "save"})
    assert Disruption.objects.open().get().appointment == booked
    closure = Closure.objects.get()
    assert closure.label in secretary.get(reverse("closures")).text
    secretary.post(reverse("reopen_house", args=[closure.pk]), {"step": "save"})
    assert (Closure.objects.count(), Disruption.objects.open().count()) == (0, 0)


def test_a_closure_needs_its_reason(secretary):
    response = secretary.post(reverse("add_closure"), {**TYPED, "label": "", "step": "save"})
    assert response.status_code == 422
    assert Closure.objects.count() == 0


def test_holidays_of_the_coming_year(secretary):
    assert "mercredi 11 novembre 2026" not in secretary.get(reverse("closures")).text
    assert "Toussaint" in secretary.get(reverse("closures")).text
