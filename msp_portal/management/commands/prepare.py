"""What must be true before the portal serves: tables, static files, and the invented people of a first demo."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection

from practitioners.models import Centre


class Command(BaseCommand):
    help = "Migrates, collects the static files when they changed, and fills an empty demo. Safe to repeat."
    # The checks run once, in the web process: a start should not pay for them twice.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.reach_database()
        call_command("migrate", interactive=False, verbosity=0)
        self.collect_static()
        if settings.DEMO and not Centre.objects.exists():
            self.stdout.write("First start: inventing a centre and its people (half a minute) …")
            call_command("demo")
        self.stdout.write("Tables, files and data are in place.")

    def reach_database(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            values = connection.settings_dict
            place = f"{values['HOST'] or 'localhost'}:{values['PORT'] or 5432}/{values['NAME']}"
            reason = str(error).strip().splitlines()[-1]
            message = f"The database of DATABASE_URL ({place}) does not answer: {reason}"
            raise CommandError(message) from error

    def collect_static(self) -> None:
        """Hashing and compressing takes seconds: only when a file changed."""
        root = Path(settings.STATIC_ROOT)
        stamp, found = root / ".sources", self.fingerprint()
        if stamp.exists() and stamp.read_text() == found:
            return
        call_command("collectstatic", interactive=False, clear=root.exists(), verbosity=0)
        stamp.write_text(found)

    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in sorted(finder.list([]), key=lambda item: item[0]):
                status = Path(storage.path(path)).stat()
                digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        return digest.hexdigest()
