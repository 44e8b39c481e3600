"""`manage.py restore FILE`: the portal as it was when the backup was taken, and the proof that it is whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connection

from msp_portal.backups.bring_back import bring_back, check_target
from msp_portal.backups.programs import ProgramError
from msp_portal.backups.take import take


class Command(BaseCommand):
    help = "Puts a backup into an empty database, or in the place of what is there; then verifies trail and files."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, default=None, help="the file with the age key")
        parser.add_argument(
            "--replace", action="store_true", help="what is there is backed up, then replaced"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_target(replace=options["replace"])
            if self._has_tables():
                recipients = os.environ.get("BACKUP_RECIPIENTS", "").split()
                self.stdout.write(
                    f"What is there now: {take(Path(settings.DATA_DIR) / 'backups', recipients)}"
                )
            manifest = bring_back(options["file"], options["identity"], replace=options["replace"])
        except (ProgramError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        self.stdout.write(f"{rows} rows in {len(manifest.rows)} tables, as of {manifest.made_at}.")
        call_command("verify_audit", anchor=manifest.last_seal, stdout=self.stdout)
        call_command("verify_evidence", stdout=self.stdout)
        call_command("verify_uploads", stdout=self.stdout)
        self.stdout.write("Restored and verified.")

    def _has_tables(self) -> bool:
        with connection.cursor() as cursor:
            return bool(connection.introspection.table_names(cursor))
