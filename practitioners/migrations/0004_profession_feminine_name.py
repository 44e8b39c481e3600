"""« Mme …, infirmière »: the word for a woman, where it is another one. The usual words fill in rows that are unchanged."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FEMININE = {
    "infirmier": "infirmière",
    "infirmier en pratique avancée": "infirmière en pratique avancée",
    "masseur-kinésithérapeute": "masseuse-kinésithérapeute",
    "diététicien": "diététicienne",
    "pharmacien": "pharmacienne",
    "chirurgien gynécologue": "chirurgienne gynécologue",
}


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    professions = apps.get_model("practitioners", "Profession").objects.filter(name__in=FEMININE)
    for profession in professions:
        profession.feminine_name = FEMININE[profession.name]
        profession.save(update_fields=["feminine_name"])


class Migration(migrations.Migration):
    dependencies = [("practitioners", "0003_stay_details")]

    operations = [
        migrations.AddField(
            model_name="profession",
            name="feminine_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Pour « Mme ». Vide : le même mot, comme pour psychologue.",
                max_length=80,
                verbose_name="nom au féminin",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
