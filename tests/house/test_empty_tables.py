"""A test that really commits leaves the database as the migrations laid it, in whatever order tests come."""

from __future__ import annotations

import pytest
from django.db import connection

from coordination.models import MeasureKind, ReferralDelay
from tests.empty_tables import empty_tables
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def written() -> dict[str, list[object]]:
    return {
        "delays": list(ReferralDelay.objects.order_by("pk").values()),
        "measures": list(MeasureKind.objects.order_by("pk").values()),
    }


def test_what_the_migrations_wrote_is_there_again_and_nothing_else():
    laid = written()
    assert all(laid.values())
    ReferralDelay.objects.all().delete()
    MeasureKind.objects.all().delete()
    PatientFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    empty_tables()
    assert written() == laid
    assert PatientFactory._meta.model.objects.count() == 0
