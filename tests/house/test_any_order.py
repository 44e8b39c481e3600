"""No test may rest on the order in which the database happens to hand out its rows."""

from __future__ import annotations

import pytest

from patients.models import Patient
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_what_says_no_order_comes_the_other_way_round():
    PatientFactory.create_batch(3)
    as_they_come = list(Patient.objects.order_by().iterator())
    assert len(as_they_come) == 3
    assert list(Patient.objects.order_by()) == as_they_come[::-1]
    assert list(Patient.objects.order_by("pk")) == sorted(as_they_come, key=lambda one: one.pk)
