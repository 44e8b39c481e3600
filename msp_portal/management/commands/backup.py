"""`manage.py backup`: one file with everything that must not be lost. The portal may go on running."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from msp_portal.backups.programs import ProgramError
from msp_portal.backups.take import take


class Command(BaseCommand):
    help = "Writes the database and all kept files into one file, encrypted for BACKUP_RECIPIENTS (age keys)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.DATA_DIR) / "backups", help="a folder")
        parser.add_argument("--keep", type=int, default=None, help="how many to keep there; all if not said")
        parser.add_argument(
            "--plain", action="store_true", help="without encryption, though it holds health data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        recipients = [] if options["plain"] else os.environ.get("BACKUP_RECIPIENTS", "").split()
        if not (recipients or options["plain"] or settings.DEMO):
            raise CommandError(
                "BACKUP_RECIPIENTS is empty: a backup holds health data and is encrypted (docs/operations.md), "
                "or say --plain."
            )
        try:
            path = take(options["to"], recipients, options["keep"])
        except (ProgramError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        kind = "encrypted" if recipients else "NOT encrypted"
        self.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB, {kind})")
