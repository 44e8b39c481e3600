import core.clock
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0008_emergency_folder"),
        ("patients", "0002_proxy_decision_note"),
        ("practitioners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request_id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="la même demande ne réserve qu’une fois",
                        unique=True,
                        verbose_name="demande",
                    ),
                ),
                (
                    "prescribed",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="séances prescrites",
                    ),
                ),
                (
                    "prescribed_on",
                    models.DateField(blank=True, null=True, verbose_name="date de l’ordonnance"),
                ),
                ("prescriber", models.CharField(blank=True, max_length=120, verbose_name="prescripteur")),
                ("first_day", models.DateField(verbose_name="à partir du")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), verbose_name="jours"
                    ),
                ),
                (
                    "half",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Toute la journée"),
                            ("matin", "Le matin"),
                            ("apres-midi", "L’après-midi"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="moment",
                    ),
                ),
                ("hour", models.TimeField(blank=True, null=True, verbose_name="heure souhaitée")),
                (
                    "every_n_weeks",
                    models.PositiveSmallIntegerField(default=1, verbose_name="une semaine sur"),
                ),
                (
                    "gap_days",
                    models.PositiveSmallIntegerField(default=1, verbose_name="jours entre deux séances"),
                ),
                ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="créée le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="arrêtée le")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="créée par",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="arrêtée par",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="patients.patient",
                        verbose_name="patient",
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="practitioners.practitioner",
                        verbose_name="professionnel",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="appointments.visitreason",
                        verbose_name="motif",
                    ),
                ),
                (
                    "relays",
                    models.ManyToManyField(
                        blank=True,
                        help_text="le même motif chez d’autres professionnels",
                        related_name="relayed_series",
                        to="appointments.visitreason",
                        verbose_name="peuvent prendre le relais",
                    ),
                ),
            ],
            options={
                "verbose_name": "série de séances",
                "verbose_name_plural": "séries de séances",
                "ordering": ("-created_at", "-id"),
                'constraints': [
                    models.CheckConstraint(
                condition=models.Q(("prescribed__range", (1, 60))),
                name="series_prescribed_in_range",
                violation_error_message="Une ordonnance compte de 1 à 60 séances.",
            ),
                    models.CheckConstraint(
                condition=models.Q(("weekdays__len__gt", 0)),
                name="series_has_weekdays",
                violation_error_message="Choisissez au moins un jour.",
            ),
                    models.CheckConstraint(
                condition=models.Q(("every_n_weeks__range", (1, 8)), ("gap_days__range", (1, 60))),
                name="series_rhythm_in_range",
                violation_error_message="Le rythme va de chaque semaine à une semaine sur huit.",
            ),
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="appointments.appointmentseries",
            ),
        ),
    ]
