from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practitioners", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="practitioner",
            name="schedule_detail",
            field=models.CharField(
                choices=[
                    ("busy", "occupé, sans plus"),
                    ("reason", "le motif"),
                    ("name", "le motif et le nom du patient"),
                ],
                db_default="busy",
                default="busy",
                max_length=6,
                verbose_name="ce que vos collègues voient sur le planning",
            ),
        ),
    ]
