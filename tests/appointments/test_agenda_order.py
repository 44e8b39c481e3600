"""The earliest slot is the earliest, whichever way PostgreSQL joins the openings with what they are restricted to."""

from datetime import timedelta

import pytest
from django.db import connection

from appointments.availability import first_free
from appointments.models import Opening
from tests.cast import on_monday
from tests.factories.practitioners import PlaceFactory

pytestmark = pytest.mark.django_db

JOINS = ("hashjoin", "mergejoin", "nestloop")


@pytest.mark.parametrize("join", JOINS)
def test_first_only(doctor, join):
    place, reason = PlaceFactory(), doctor.reason
    doctor.practitioner.openings.all().delete()
    # Neither the table nor an index on the key is in order of time.
    openings = Opening.objects.bulk_create(
        Opening(
            practitioner=doctor.practitioner,
            place=place,
            start_at=on_monday(8) + timedelta(hours=6 * number),
            end_at=on_monday(10) + timedelta(hours=6 * number),
        )
        for number in (3, 5, 1, 7, 0, 9, 2, 8, 4, 6)
    )
    for opening in openings:
        opening.reasons.add(reason)
    with connection.cursor() as cursor:
        for other in JOINS:
            cursor.execute(f"SET LOCAL enable_{other} = {'on' if other == join else 'off'}")
    found = first_free([reason], on_monday(0), now=on_monday(0) - timedelta(days=1))
    assert found[reason.pk].start_at == on_monday(8)
