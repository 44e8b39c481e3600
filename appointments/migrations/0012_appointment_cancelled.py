from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Concurrently, so that bookings go on while a large table is read."""

    atomic = False

    dependencies = [("appointments", "0011_calendar_feed")]

    operations = [
        AddIndexConcurrently(
            "appointment",
            models.Index(
                condition=models.Q(status="cancelled"),
                fields=["practitioner", "start_at"],
                name="appointment_cancelled",
            ),
        ),
    ]
