from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="arrived_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="arrivé à"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="begun_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="commencé à"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="excused_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="excusé le"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="finished_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="terminé à"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="team_note",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="note pour l’équipe"
            ),
        ),
    ]
