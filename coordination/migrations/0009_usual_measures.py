from typing import Any, ClassVar

from django.db import migrations

from coordination.usual_measures import enter


def add_measures(apps: Any, schema_editor: Any) -> None:
    enter(apps.get_model)


class Migration(migrations.Migration):
    """What a new house measures from its first day on."""

    dependencies: ClassVar = [("coordination", "0008_notes_are_kept")]

    operations: ClassVar = [migrations.RunPython(add_measures, migrations.RunPython.noop)]
