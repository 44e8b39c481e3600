import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0019_unscheduled_care"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentChain",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at_least",
                    models.PositiveSmallIntegerField(default=0, verbose_name="minutes d’attente, au moins"),
                ),
                (
                    "at_most",
                    models.PositiveSmallIntegerField(default=30, verbose_name="minutes d’attente, au plus"),
                ),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chain_before",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "second",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chain_after",
                        to="appointments.appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "rendez-vous à la suite",
                "verbose_name_plural": "rendez-vous à la suite",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="chain_has_two_visits",
                        violation_error_message="Choisissez deux rendez-vous différents.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("at_most__gte", models.F("at_least"))),
                        name="chain_waits_in_order",
                        violation_error_message="L’attente la plus longue précède la plus courte.",
                    ),
                ],
            },
        ),
    ]
