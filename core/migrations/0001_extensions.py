from typing import ClassVar

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations


class Migration(migrations.Migration):
    """What the tables of the rooms rest on. All three are trusted extensions: no superuser needed."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
    ]
