from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_sealed_is_closed")]

    operations = [
        migrations.AlterModelOptions(
            name="auditevent",
            options={"ordering": ("at", "pk"), "verbose_name": "trace", "verbose_name_plural": "traces"},
        ),
    ]
