from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Holds no row when it is made (no appointment has a series yet), and nobody waits while it is."""

    atomic = False

    dependencies = [("appointments", "0009_series")]

    operations = [
        AddIndexConcurrently(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("series__isnull", False)),
                fields=["series", "start_at"],
                name="appointment_by_series",
            ),
        ),
    ]
