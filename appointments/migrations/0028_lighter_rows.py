import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

OLD = {
    "appointments_appointment_accompanies_id_c29a94ac": "(accompanies_id)",
    "appointments_appointment_booked_by_id_f7516f07": "(booked_by_id)",
    # For LIKE 'ABCD%': nobody looks for the beginning of a reference.
    "appointments_appointment_reference_328acbe6_like": "(reference varchar_pattern_ops)",
}


class Migration(migrations.Migration):
    """A booking writes its row twice, and each time into every index that takes it. Those that concern few rows take
    only these now. Concurrently: bookings go on."""

    atomic = False

    dependencies = [("appointments", "0027_free_days")]

    operations = [
        AddIndexConcurrently(
            "appointment",
            models.Index(
                condition=models.Q(accompanies__isnull=False),
                fields=["accompanies"],
                name="appointment_accompanies",
            ),
        ),
        AddIndexConcurrently(
            "appointment",
            models.Index(
                condition=models.Q(booked_by__isnull=False),
                fields=["booked_by"],
                name="appointment_booked_by",
            ),
        ),
        *(
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON appointments_appointment {columns}",
            )
            for name, columns in OLD.items()
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="appointment",
                    name="accompanies",
                    field=models.ForeignKey(
                        db_index=False,
                        help_text="un second professionnel reçoit la même personne à la même heure",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="companions",
                        to="appointments.appointment",
                        verbose_name="en même temps que",
                    ),
                ),
                migrations.AlterField(
                    model_name="appointment",
                    name="booked_by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="booked_appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="réservé par",
                    ),
                ),
            ]
        ),
    ]
